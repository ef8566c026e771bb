import type { JobWorker } from '../../contracts/labeling-progress.ts'
import { fromCursor, invalidCursor, type Page, type PageRequest, toCursor } from '../../contracts/page.ts'
import type { Ports } from '../../platform/ports.ts'
import { meanScore, type ScoreSum } from '../engine/consolidation/skills.ts'
import { toHundredths } from '../engine/consolidation/weights.ts'
import { findDrift } from '../engine/progress/find-drift.ts'
import { findQuantile } from '../engine/progress/log-histogram.ts'
import { readProgress, toSeconds } from '../engine/progress/read-progress.ts'
import type { WorkerSummary } from '../engine/progress/shard-summary.ts'
import type { Work } from '../engine/work.ts'
import type { WorkerScore } from '../engine/worker-scores.ts'
import { findWorkerNames } from '../workers/find-names.ts'
import { getJobWithWork } from './job-with-work.ts'

/** The ports that this file uses. */
type Needs = Pick<Ports, 'config' | 'objects' | 'labeler' | 'log' | 'newId' | 'now'>

/**
 * Returns a page of the workers of a job of our engine, in the order of their pseudonyms, with counts that are up to a
 * minute old.
 * @throws AppError as {@link getJobWithWork} does
 */
export async function listJobWorkers(
  job: string,
  { limit, cursor }: PageRequest,
  ports: Needs,
): Promise<Page<JobWorker>> {
  const after = fromCursor(cursor) ?? ''
  if (!/^[a-z0-9]{0,64}$/.test(after)) throw invalidCursor()
  const { work } = await getJobWithWork(job, ports)
  const { workers } = await readProgress(work, ports)
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
  const items = page.map(([worker, summary]) => toJobWorker(worker, names.get(worker), summary, work))
  return { items, ...(isMore && { nextCursor: toCursor(last) }) }
}

/** Pure. */
function toJobWorker(
  workerId: string,
  worker: string | undefined,
  summary: WorkerSummary,
  { suspended = {} }: Pick<Work, 'suspended'>,
): JobWorker {
  const {
    answers,
    declined,
    reviews,
    checks,
    blocks,
    seconds,
    imageMilliseconds,
    boxMilliseconds = {},
    score,
    lastSeen,
  } = summary
  const medianSecondsPerImage = toSeconds(findQuantile(imageMilliseconds, 0.5))
  const medianSecondsPerBox = toSeconds(findQuantile(boxMilliseconds, 0.5))
  const suspendedAt = Object.hasOwn(suspended, workerId) ? suspended[workerId]?.at : undefined
  return {
    ...(worker !== undefined && { worker }),
    workerId,
    answers,
    declined,
    ...(reviews !== undefined && { reviews }),
    ...(checks !== undefined && { checks }),
    blocks,
    blockSeconds: Math.round(seconds),
    ...(medianSecondsPerImage !== undefined && { medianSecondsPerImage }),
    ...(medianSecondsPerBox !== undefined && { medianSecondsPerBox }),
    ...(score && describeScore(score)),
    ...(suspendedAt !== undefined && { suspendedAt }),
    ...(lastSeen !== '' && { lastSeen }),
  }
}

/** Returns what is known of how good the answers of a worker are, in hundredths. Pure. */
function describeScore(known: WorkerScore): Pick<JobWorker, 'score' | 'agreement' | 'gold' | 'drift'> {
  const [score, drift] = [meanScore(known), findDrift(known)]
  const describe = ({ judged, sum }: ScoreSum) => ({ judged, score: toHundredths(sum / judged) })
  return {
    ...(score !== undefined && { score: toHundredths(score) }),
    ...(known.agreement.judged > 0 && { agreement: describe(known.agreement) }),
    ...(known.gold.judged > 0 && { gold: describe(known.gold) }),
    ...(drift !== undefined && { drift: toHundredths(drift) }),
  }
}
