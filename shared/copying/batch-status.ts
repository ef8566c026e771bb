import type { BatchState, SelectionResult } from '../batches/record/state.ts'
import type { BatchView } from '../contracts/batch.ts'
import { type RoundEnd, readEnd } from '../platform/fan-out/round.ts'
import type { Ports } from '../platform/ports.ts'
import { CorruptStateError, readOrCorrupt } from '../platform/state/corrupt-state.ts'
import type { State } from '../platform/state/record.ts'
import { findCopyRound, readTotals } from './copy-progress.ts'
import { isComplete, sumReceipts } from './copy-receipt.ts'
import { type CopyRound, readReceipts } from './receipts.ts'

type Needs = Pick<Ports, 'config' | 'objects'>

/**
 * Returns the state of a batch as the API shows it.
 *
 * Once its images are selected, the progress of copying decides, which is stored with the rounds only: one LIST, and a
 * GET for the end of the latest round. The receipts are read only after a cancelled round, and when that end is damaged:
 * then an image counts as copied if its receipt can be read.
 */
export async function batchStatus(batch: string, state: BatchState, ports: Needs): Promise<BatchView['state']> {
  const { selection } = state
  if (state.state !== 'selected' || !selection) return state.state
  const ref = await findCopyRound(batch, state, ports)
  if (!ref) return 'selected'
  const end = await readOrCorrupt(readEnd(ref, ports))
  if (!end) return 'copying'
  return (await isCopied(ref, end, selection, ports)) ? 'copied' : 'incomplete'
}

async function isCopied(
  ref: CopyRound,
  end: State<RoundEnd> | CorruptStateError,
  selection: SelectionResult,
  ports: Needs,
): Promise<boolean> {
  const known = end instanceof CorruptStateError ? end : await readOrCorrupt(readTotals(ref, end, selection, ports))
  const totals =
    known instanceof CorruptStateError ? sumReceipts((await readReceipts(ref, selection, ports)).intact) : known
  return isComplete(totals, selection.imageCount)
}
