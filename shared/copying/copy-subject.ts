import * as z from 'zod'
import { findSameBatch } from '../batches/record/find-same-batch.ts'
import type { BatchState } from '../batches/record/state.ts'
import { assertSelected, findBatch, type SelectedBatch } from '../batches/record/store.ts'
import { SubjectGoneError } from '../platform/fan-out/job.ts'
import type { Ports } from '../platform/ports.ts'

type Needs = Pick<Ports, 'config' | 'objects'>

/** The batch to copy. A batch that is recreated under the same name has another id. */
export const CopySubject = z.object({ batch: z.string(), batchId: z.string() })
export type CopySubject = z.infer<typeof CopySubject>

/** Reads this very batch; `undefined` when it was deleted, recreated, or is being deleted. @throws CorruptStateError */
export async function findSubject({ batch, batchId }: CopySubject, ports: Needs): Promise<BatchState | undefined> {
  const found = await findSameBatch(batch, batchId, ports)
  return found?.value.state === 'deleting' ? undefined : found?.value
}

/** Reads the batch that was created under this name since. @throws CorruptStateError */
export async function findRecreated({ batch, batchId }: CopySubject, ports: Needs): Promise<BatchState | undefined> {
  const found = await findBatch(batch, ports)
  return found && found.value.batchId !== batchId ? found.value : undefined
}

/**
 * Reads this very batch, whose images are chosen.
 * @throws SubjectGoneError when it was deleted, or recreated under its name; CorruptStateError
 */
export async function getCopiedBatch({ batch, batchId }: CopySubject, ports: Needs): Promise<SelectedBatch> {
  const found = await findSameBatch(batch, batchId, ports)
  if (!found) throw new SubjectGoneError(`The batch "${batch}" was deleted.`)
  return assertSelected(batch, found.value)
}
