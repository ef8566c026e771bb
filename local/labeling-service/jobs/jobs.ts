import pLimit from 'p-limit'
import type { CreateRequest } from '../model/create-request.ts'
import { isFinal } from '../model/job-status.ts'
import { ServiceError } from '../protocol/errors.ts'
import { type Job, jobArn, jobKey, NO_COUNTS } from './job.ts'
import { runJob, type Update } from './run.ts'
import type { JobSettings } from './settings.ts'
import { jobDirectory, readJobs, saveState } from './store.ts'

/** The labeling jobs of a server. */
export interface Jobs {
  all(): readonly Job[]
  /** Names that differ in case only are the same. */
  find(name: string): Job | undefined
  /** @throws ServiceError `ResourceInUse` for the name of any job that there was, `ResourceLimitExceeded` */
  assertFree(name: string): void
  /** Makes a job and begins to work on it. @throws ServiceError as `assertFree` */
  create(request: CreateRequest): Promise<Job>
  /** Lets a job that is not over end. */
  stop(job: Job): Promise<void>
  /** Goes on with jobs that were found in the directory. */
  goOn(): void
  /** Lets steps that are under way end; jobs go on when the directory is opened again. */
  close(): Promise<void>
}

/** The jobs that are kept in this directory, and new ones. */
export async function openJobs(directory: string, settings: JobSettings): Promise<Jobs> {
  const jobs = new Map((await readJobs(directory)).map((job) => [jobKey(job.state.request.LabelingJobName), job]))
  const closing = new AbortController()
  const runs = new Set<Promise<void>>()
  const save = pLimit(1) // so that an older state never replaces a newer one

  const update: Update = async (job, changes) => {
    job.state = { ...job.state, ...changes, modified: Date.now() }
    await save(() => saveState(job))
  }

  function start(job: Job): void {
    const run = runJob(job, settings, update, closing.signal).finally(() => runs.delete(run))
    runs.add(run)
  }

  function assertFree(name: string): void {
    if (jobs.has(jobKey(name)))
      throw new ServiceError(
        'ResourceInUse',
        `There is a labeling job named "${name}" already; names are not used again.`,
      )
    const running = [...jobs.values()].filter(({ state }) => !isFinal(state.status)).length
    if (running >= settings.mostJobs)
      throw new ServiceError('ResourceLimitExceeded', `${running} labeling jobs run; no more may run at once.`)
  }

  return {
    all: () => [...jobs.values()],
    find: (name) => jobs.get(jobKey(name)),
    assertFree,
    async create(request) {
      assertFree(request.LabelingJobName)
      const job = newJob(jobDirectory(directory, request.LabelingJobName), request, settings)
      const key = jobKey(request.LabelingJobName)
      jobs.set(key, job)
      await save(() => saveState(job)).catch((error: unknown) => {
        jobs.delete(key)
        throw error
      })
      start(job)
      return job
    },
    stop: (job) => (job.state.status === 'Stopping' ? Promise.resolve() : update(job, { status: 'Stopping' })),
    goOn() {
      for (const job of jobs.values()) start(job)
    },
    async close() {
      closing.abort()
      await Promise.all(runs)
    },
  }
}

function newJob(directory: string, request: CreateRequest, settings: JobSettings): Job {
  const now = Date.now()
  const arn = jobArn(request.LabelingJobName, settings)
  const times = { created: now, modified: now, stepAt: now }
  const state = { request, arn, status: 'Initializing', counters: NO_COUNTS, ...times, steps: 0, written: 0 } as const
  return { directory, state }
}
