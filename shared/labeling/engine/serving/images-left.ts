import type { WorkerJob } from '../../../contracts/worker-job.ts'
import { addSummaries } from '../progress/add-summaries.ts'
import type { StoredProgress } from '../progress/progress-record.ts'
import type { Work } from '../work.ts'
import { getsNoTasks } from './known-work.ts'
import type { TaskWorker } from './worker-job.ts'

/**
 * Returns how many images of a job a worker has done, and about how many the worker may still get. Images that are with
 * others may come back. Pure.
 * @param progress undefined where nothing was counted yet: then nobody has done anything, as far as is known
 */
export function countImages(
  work: Work,
  { id, role }: TaskWorker,
  progress: StoredProgress | undefined,
  now: Date,
): Pick<WorkerJob, 'imagesDone' | 'imagesLeft'> {
  const summaries = progress ? [progress.closedSum, ...Object.values(progress.open).map(({ summary }) => summary)] : []
  const all = addSummaries(summaries)
  const own = Object.hasOwn(all.workers, id) ? all.workers[id] : undefined
  const { answers = 0, reviews = 0, checks = 0, waiting = 0 } = own ?? {}
  const imagesDone = answers + reviews + checks
  if (getsNoTasks(work, id, now)) return { imagesDone, imagesLeft: 0 }
  // Lines that nobody has counted are open.
  const skipped = Math.max(all.skipped, work.alreadyLabeled)
  const open = work.lines - skipped - all.labeled - all.failed
  const forReviewers = role === 'review' ? 0 : (all.disputes?.undecided ?? 0)
  return { imagesDone, imagesLeft: Math.max(0, open - forReviewers - waiting) }
}
