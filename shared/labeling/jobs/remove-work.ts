import pLimit from 'p-limit'
import type { Ports } from '../../platform/ports.ts'
import { CorruptStateError, readOrCorrupt, skipCorrupt } from '../../platform/state/corrupt-state.ts'
import { discardState } from '../../platform/state/record.ts'
import { jobWorkFolder } from '../engine/folders.ts'
import { removeObjects } from '../engine/remove-objects.ts'
import { findWork, workRef } from '../engine/work.ts'
import { recordEndIfFinal } from './job-changed.ts'
import { findJob } from './store.ts'

const MAX_LISTS_IN_FLIGHT = 16

/** What {@link removeWork} would remove, among the first 1,000 objects of each job. */
export interface WorkPreview {
  readonly objects: number
  readonly bytes: number
  /** Whether a job has more objects than were counted. */
  readonly more: boolean
}

/** Counts the objects of these jobs' work: one LIST for each job. Jobs of SageMaker have none. */
export async function previewWorkRemoval(
  jobs: readonly string[],
  { objects }: Pick<Ports, 'objects'>,
): Promise<WorkPreview> {
  const limit = pLimit(MAX_LISTS_IN_FLIGHT)
  const listings = await limit.map(jobs, (job) => objects.list(jobWorkFolder(job)))
  const found = listings.flatMap((listing) => listing.objects)
  return {
    objects: found.length,
    bytes: found.reduce((sum, { size }) => sum + size, 0),
    more: listings.some(({ next }) => next !== undefined),
  }
}

/** The ports that this file uses. */
type Needs = Parameters<typeof recordEndIfFinal>[1]

/**
 * Removes what the engine has stored for jobs: tasks, answers, shards and hints, 1,000 objects a request. Their names stay
 * taken. Idempotent: it resumes a removal that was interrupted.
 * @param maxObjects after so many, it ends early
 * @returns how many objects were removed, and whether no more are left
 */
export async function removeWork(
  jobs: readonly string[],
  maxObjects: number,
  ports: Needs,
): Promise<{ readonly removed: number; readonly isDone: boolean }> {
  let removed = 0
  for (const job of jobs) {
    if (await closeWork(job, ports)) removed += 1
    const result = await removeObjects(jobWorkFolder(job), ports, maxObjects - removed)
    removed += result.removed
    if (!result.isDone) return { removed, isDone: false }
  }
  return { removed, isDone: true }
}

/**
 * Removes the record of a work, so that nobody works on it any more. An end that the job has not learned of is recorded
 * before, as nobody can ask for it afterwards.
 * @returns whether there was a record
 */
async function closeWork(job: string, ports: Needs): Promise<boolean> {
  const work = await readOrCorrupt(findWork(job, ports))
  if (!work) return false
  const isEnded = !(work instanceof CorruptStateError) && work.value.end !== undefined
  const state = isEnded ? await skipCorrupt(findJob(job, ports), ports) : undefined
  if (state) await recordEndIfFinal(state.value, ports)
  await discardState(workRef(job), ports)
  return true
}
