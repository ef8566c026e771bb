import { deleteBatch } from '../../shared/batches/delete.ts'
import { enqueueRunBatch } from '../../shared/batches/record/messages.ts'
import type { BatchState } from '../../shared/batches/record/state.ts'
import { findBatch, publishBatchEvents } from '../../shared/batches/record/store.ts'
import { RESERVED_NAMES } from '../../shared/contracts/reserved-names.ts'
import { findCopyRound } from '../../shared/copying/copy-progress.ts'
import type { Ports } from '../../shared/platform/ports.ts'
import { type Recovery, resumeEach } from './resume-each.ts'
import { resumeRoundIn } from './resume-round.ts'
import { folderNames } from './state-names.ts'

/**
 * Resumes selections, copies, runs and deletions of batches, and publishes their pending events. A batch on which
 * nothing is left to do costs a read, a LIST, and another read if it was copied.
 */
export async function resumeBatches(recovery: Recovery): Promise<void> {
  const { ports } = recovery
  const names = folderNames(ports.config.dataPrefix, ports)
  await resumeEach('batch', names, (batch) => resumeBatch(batch, ports), recovery)
}

async function resumeBatch(batch: string, ports: Ports): Promise<void> {
  const found = RESERVED_NAMES.includes(batch) ? undefined : await findBatch(batch, ports)
  if (!found) return
  if (found.value.state === 'deleting') {
    await deleteBatch(batch, ports)
    return
  }
  const state = await publishBatchEvents(batch, found, ports)
  // The end of a copy resumes the run that waits for it.
  if (await resumeCopy(batch, state, ports)) return
  if (state.state === 'selecting' || state.run?.state === 'running') await enqueueRunBatch(batch, state, ports)
}

async function resumeCopy(batch: string, state: BatchState, ports: Ports): Promise<boolean> {
  const round = state.state === 'selected' ? await findCopyRound(batch, state, ports) : undefined
  return round !== undefined && resumeRoundIn(['open', 'finished'], round, ports)
}
