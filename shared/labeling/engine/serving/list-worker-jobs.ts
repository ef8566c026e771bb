import { JobName } from '../../../contracts/job-name.ts'
import { fromCursor, type Page, type PageRequest } from '../../../contracts/page.ts'
import type { WorkerJob, WorkerJobItem } from '../../../contracts/worker-job.ts'
import type { Ports } from '../../../platform/ports.ts'
import { readOrUnreadable } from '../../../platform/state/corrupt-state.ts'
import { listNames } from '../../../platform/storage/list-names.ts'
import type { Listing } from '../../../platform/storage/ports.ts'
import { readPage } from '../../../platform/storage/read-page.ts'
import { WORK_FOLDER } from '../folders.ts'
import { refreshIfSmall } from '../progress/refresh.ts'
import { findWork, type Work } from '../work.ts'
import { countImages } from './images-left.ts'
import { isOver } from './known-work.ts'
import type { TaskWorker } from './worker-job.ts'

type Needs = Pick<Ports, 'objects' | 'log' | 'newId' | 'now'>

/**
 * Returns a page of the jobs of our own engine that a worker may see, sorted by name in lower case. One that cannot be read
 * is shown as unreadable.
 */
export async function listWorkerJobs(
  worker: TaskWorker,
  { limit, cursor }: PageRequest,
  ports: Needs,
): Promise<Page<WorkerJobItem>> {
  const { jobs } = worker
  const after = fromCursor(cursor)
  const { names, isMore } = jobs ? ownNames(jobs, limit, after) : await allNames(limit, after, ports)
  return await readPage<WorkerJobItem>(names, isMore, {
    read: async (name) => {
      const item = await readOrUnreadable(findView(name, worker, ports))
      return item && { job: name, ...item }
    },
    replace: (job, unreadable) => ({ job, ...unreadable }),
  })
}

function ownNames(jobs: readonly string[], limit: number, after = '') {
  const names = jobs.map((job) => job.toLowerCase()).filter((name) => name > after)
  return { names: names.toSorted().slice(0, limit), isMore: names.length > limit }
}

async function allNames(limit: number, after: string | undefined, { objects }: Needs) {
  const toNames = ({ folders }: Listing): string[] =>
    folders.map((folder) => folder.slice(WORK_FOLDER.length, -1)).filter((name) => JobName.safeParse(name).success)
  const start = after === undefined ? undefined : `${WORK_FOLDER}${after}/`
  const list = (from: string | undefined) =>
    objects.list(WORK_FOLDER, { folded: true, limit, ...(from !== undefined && { after: from }) })
  return await listNames(list, toNames, start)
}

/** Returns undefined for a job that is being created, or is gone. */
async function findView(name: string, worker: TaskWorker, ports: Needs): Promise<WorkerJob | undefined> {
  const work = (await findWork(name, ports))?.value
  if (!work) return undefined
  const progress = await refreshIfSmall(work, ports)
  const now = ports.now()
  return { ...toWorkerJob(work, now), ...countImages(work, worker, progress, now) }
}

/** Returns a job as its workers see it. Pure. */
const toWorkerJob = (work: Work, now: Date): Omit<WorkerJob, 'imagesDone' | 'imagesLeft'> => ({
  job: work.job,
  state: isOver(work, now) ? 'over' : 'open',
  mode: work.mode,
  title: work.title,
  description: work.description,
  instructions: work.instructions,
  labels: work.labels,
  images: work.lines - work.alreadyLabeled,
  deadline: work.deadline,
})
