import * as z from 'zod'
import { findBatch } from '../../../batches/record/store.ts'
import type { Ports } from '../../../platform/ports.ts'
import { CorruptStateError } from '../../../platform/state/corrupt-state.ts'
import { removeFiles } from '../../../platform/storage/stored-file.ts'
import { jobWorkFolder, workFolder } from '../folders.ts'
import { removeObjects } from '../remove-objects.ts'
import { findWork, type Work, workRef } from '../work.ts'
import { annotationsFolder, outputManifestKey } from './output-keys.ts'

/** The work whose result is written. */
export const ResultSubject = z.object({ job: z.string(), workId: z.string(), batch: z.string() })
export type ResultSubject = z.infer<typeof ResultSubject>

type Needs = Pick<Ports, 'config' | 'objects'>

/**
 * Returns the work; `undefined` when it is gone: its batch was deleted, or another attempt to create the job was first.
 * @throws CorruptStateError also when its record is lost, although the batch still has the job: the answers are kept
 */
export async function findResultWork({ job, workId, batch }: ResultSubject, ports: Needs): Promise<Work | undefined> {
  const found = await findWork(job, ports)
  if (found) return found.value.workId === workId ? found.value : undefined
  const state = (await findBatch(batch, ports))?.value
  if (state && state.state !== 'deleting' && state.labelingJobs?.some((one) => one.job === job))
    throw new CorruptStateError(workRef(job).key, undefined, 'it does not exist')
  return undefined
}

/**
 * Removes what a worker wrote for a work that is gone. The name of a job is never used again, so its folders have no other
 * files, except those of another attempt to create it.
 */
export async function removeResult(subject: ResultSubject, ports: Needs): Promise<void> {
  if (await findWork(subject.job, ports)) return void (await removeObjects(workFolder(subject), ports))
  await removeObjects(jobWorkFolder(subject.job), ports)
  await removeObjects(annotationsFolder(subject, ports), ports)
  await removeFiles([{ key: outputManifestKey(subject, ports) }], ports)
}
