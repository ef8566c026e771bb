import { AppError } from '../../contracts/errors.ts'
import type { JobWorker } from '../../contracts/labeling-progress.ts'
import { fromCursor, invalidCursor, type Page, type PageRequest, toCursor } from '../../contracts/page.ts'
import type { Ports } from '../../platform/ports.ts'
import { findQuantile } from '../engine/progress/log-histogram.ts'
import { readProgress, toSeconds } from '../engine/progress/read-progress.ts'
import type { WorkerSummary } from '../engine/progress/shard-summary.ts'
import { findWork, type Work } from '../engine/work.ts'
import { findWorkerNames } from '../workers/find-names.ts'
import { getOwnJob } from './get.ts'
import { assertWorkNotLost } from './own-job.ts'

/** The ports that this file uses. */
type Needs = Pick<Ports, 'config' | 'objects' | 'labeler' | 'log' | 'newId' | 'now'>

/**
 * Returns a page of the workers of a job of our engine, in the order of their pseudonyms, with counts that are up to a
 * minute old.
 * @throws AppError `not-found`; `forbidden` for a job that was not created here; `wrong-state` for a job of
 *   SageMaker, or one that is being created
 */
export async function listJobWorkers(
  job: string,
  { limit, cursor }: PageRequest,
  ports: Needs,
): Promise<Page<JobWorker>> {
  const after = fromCursor(cursor) ?? ''
  if (!/^[a-z0-9]{0,64}$/.test(after)) throw invalidCursor()
  const { workers } = await readProgress(await getWork(job, ports), ports)
  const left = Object.entries(workers)
    .filter(([worker]) => worker > after)
    .sort(([one], [other]) => (one < other ? -1 : 1))
  const page = left.slice(0, limit)
  const last = page.at(-1)?.[0]
  const isMore = last !== undefined && left.length > limit
  const names = await findWorkerNames(
    page.map(([worker]) => worker),
    ports,
  )
  const items = page.map(([worker, summary]) => toJobWorker(worker, names.get(worker), summary))
  return { items, ...(isMore && { nextCursor: toCursor(last) }) }
}

async function getWork(job: string, ports: Needs): Promise<Work> {
  const state = await getOwnJob(job, ports)
  const { job: name, request } = state
  if (request.engine === 'sagemaker')
    throw new AppError(
      'wrong-state',
      `The workers of "${name}" are not known: SageMaker, which labels it, does not report what each of them does.`,
    )
  const found = await findWork(name, ports)
  if (found) return found.value
  await assertWorkNotLost(state, ports)
  throw new AppError('wrong-state', `The labeling job "${name}" is being created; try again in some minutes.`)
}

/** Pure. */
const toJobWorker = (workerId: string, worker: string | undefined, summary: WorkerSummary): JobWorker => {
  const { answers, declined, blocks, seconds, imageMilliseconds, lastSeen } = summary
  const medianSecondsPerImage = toSeconds(findQuantile(imageMilliseconds, 0.5))
  return {
    ...(worker !== undefined && { worker }),
    workerId,
    answers,
    declined,
    blocks,
    blockSeconds: Math.round(seconds),
    ...(medianSecondsPerImage !== undefined && { medianSecondsPerImage }),
    ...(lastSeen !== '' && { lastSeen }),
  }
}
