import type { BatchState } from '../batches/record/state.ts'
import type { BatchView } from '../contracts/batch.ts'
import { readEnd } from '../platform/fan-out/round.ts'
import type { Ports } from '../platform/ports.ts'
import { findCopyRound, isComplete, readTotals } from './copy-progress.ts'

/**
 * Returns the state of a batch as the API shows it.
 *
 * Once its images are selected, the progress of copying decides, which is stored with the rounds only: one LIST, and a
 * GET for the end of the latest round. The receipts are read only after a cancelled round.
 */
export async function batchStatus(
  batch: string,
  state: BatchState,
  ports: Pick<Ports, 'config' | 'objects'>,
): Promise<BatchView['state']> {
  if (state.state !== 'selected' || !state.selection) return state.state
  const ref = await findCopyRound(batch, state, ports)
  if (!ref) return 'selected'
  const end = await readEnd(ref, ports)
  if (!end) return 'copying'
  return isComplete(await readTotals(ref, end.value, ports), state.selection.imageCount) ? 'copied' : 'incomplete'
}
