import * as z from 'zod'
import { findBatch } from '../../../batches/record/store.ts'
import { SubjectGoneError } from '../../../platform/fan-out/job.ts'
import type { Ports } from '../../../platform/ports.ts'
import { CorruptStateError, readOrCorrupt } from '../../../platform/state/corrupt-state.ts'
import { removeFiles } from '../../../platform/storage/stored-file.ts'
import { outputManifestKey } from '../../job-places.ts'
import { jobWorkFolder, workFolder } from '../folders.ts'
import { removeObjects } from '../remove-objects.ts'
import { countShards, findWork, type Work, workRef } from '../work.ts'
import { annotationsFolder, consolidationsOutputFolder } from './output-keys.ts'

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

/** @throws CorruptStateError as {@link findResultWork} does; SubjectGoneError when the work is gone */
export async function getResultWork(subject: ResultSubject, ports: Needs): Promise<Work> {
  const work = await findResultWork(subject, ports)
  if (!work) throw new SubjectGoneError(`The work of the labeling job "${subject.job}" is gone.`)
  return work
}

export const shardNumbers = (work: Pick<Work, 'lines'>): number[] =>
  Array.from({ length: countShards(work) }, (_, shard) => shard)

/** Removes what was written for a work that is gone. A work whose record cannot be read still exists. */
export async function removeIfGone(subject: ResultSubject, ports: Needs): Promise<void> {
  if (!(await readOrCorrupt(findResultWork(subject, ports)))) await removeResult(subject, ports)
}

/**
 * Removes what a worker wrote for a work that is gone. The name of a job is never used again, so its folders have no other
 * files, except those of another attempt to create it.
 */
async function removeResult(subject: ResultSubject, ports: Needs): Promise<void> {
  if (await findWork(subject.job, ports)) return void (await removeObjects(workFolder(subject), ports))
  await removeObjects(jobWorkFolder(subject.job), ports)
  await removeObjects(annotationsFolder(subject, ports), ports)
  await removeObjects(consolidationsOutputFolder(subject, ports), ports)
  await removeFiles([{ key: outputManifestKey(subject, ports) }], ports)
}
