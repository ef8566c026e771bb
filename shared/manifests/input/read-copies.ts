import type { SelectedBatch } from '../../batches/record/store.ts'
import { AppError } from '../../contracts/errors.ts'
import { getCopyRound } from '../../copying/copy-progress.ts'
import { type CopyReceipts, readReceipts, toCopies } from '../../copying/receipts.ts'
import { awaitAll } from '../../platform/await-all.ts'
import { readEnd } from '../../platform/fan-out/round.ts'
import type { Ports } from '../../platform/ports.ts'
import { CorruptStateError, readOrCorrupt } from '../../platform/state/corrupt-state.ts'
import type { Omission } from './omissions.ts'

/**
 * Reads what is known of the images' copies, and what becomes of those of which nothing is known.
 * @throws AppError `wrong-state` while they are being copied; CorruptStateError
 */
export async function readCopies(
  batch: string,
  { selection, ...state }: SelectedBatch,
  toReceipts: (receipts: CopyReceipts) => CopyReceipts['intact'],
  ports: Pick<Ports, 'config' | 'objects'>,
) {
  const ref = await getCopyRound(batch, state, ports)
  const [end, receipts] = await awaitAll([readOrCorrupt(readEnd(ref, ports)), readReceipts(ref, selection, ports)])
  if (!end)
    throw new AppError(
      'wrong-state',
      `"${batch}" is being copied. Wait until GET /v1/batches/${batch}/copy says that it has ended, or cancel it.`,
    )
  const isCancelled = !(end instanceof CorruptStateError) && end.value.state === 'cancelled'
  // A finished round had a receipt for every image.
  return { copies: toCopies(toReceipts(receipts)), untried: isCancelled ? toPending(batch) : toUnknown(batch) }
}

const toPending = (batch: string): Omission => ({
  outcome: 'pending',
  reason: `copying was cancelled before it; POST /v1/batches/${batch}/copy copies it`,
})

const toUnknown = (batch: string): Omission => ({
  outcome: 'unknown',
  reason: `the record of its copy is lost; POST /v1/batches/${batch}/copy restores it`,
})
