import pLimit from 'p-limit'
import type { CreateRequest } from '../model/create-request.ts'
import { isFinal } from '../model/job-status.ts'
import { ServiceError } from '../protocol/errors.ts'
import { type Job, NO_COUNTS, toJobArn, toJobKey } from './job.ts'
import { runJob, type Update } from './run.ts'
import type { JobSettings } from './settings.ts'
import { jobDirectory, readJobs, saveState } from './store.ts'

/** The labeling jobs of a server. */
export interface Jobs {
  all(): readonly Job[]
  /** Finds a job by name, ignoring case. */
  find(name: string): Job | undefined
  /** @throws ServiceError `ResourceInUse` for a name that was ever used, `ResourceLimitExceeded` */
  assertNameAvailable(name: string): void
  /** Creates and starts a job. @throws ServiceError like `assertNameAvailable` */
  create(request: CreateRequest): Promise<Job>
  /** Requests a job that has not ended to stop. */
  stop(job: Job): Promise<void>
  /** Resumes the jobs that were found in the directory. */
  resume(): void
  /** Waits for steps in progress. The jobs resume when the directory is opened again. */
  close(): Promise<void>
}

/** Opens the jobs of a directory. */
export async function openJobs(directory: string, settings: JobSettings): Promise<Jobs> {
  const jobs = new Map((await readJobs(directory)).map((job) => [toJobKey(job.state.request.LabelingJobName), job]))
  const closing = new AbortController()
  const runs = new Set<Promise<void>>()
  const save = pLimit(1) // in sequence, so that an older state never replaces a newer one

  const update: Update = async (job, changes) => {
    job.state = { ...job.state, ...changes, modified: Date.now() }
    await save(() => saveState(job))
  }

  function start(job: Job): void {
    const run = runJob(job, settings, update, closing.signal).finally(() => runs.delete(run))
    runs.add(run)
  }

  function assertNameAvailable(name: string): void {
    if (jobs.has(toJobKey(name)))
      throw new ServiceError('ResourceInUse', `Labeling job "${name}" already exists; job names cannot be reused.`)
    const running = [...jobs.values()].filter(({ state }) => !isFinal(state.status)).length
    if (running >= settings.maxJobs)
      throw new ServiceError('ResourceLimitExceeded', `The limit of ${running} running labeling jobs is reached.`)
  }

  return {
    all: () => [...jobs.values()],
    find: (name) => jobs.get(toJobKey(name)),
    assertNameAvailable: assertNameAvailable,
    async create(request) {
      assertNameAvailable(request.LabelingJobName)
      const job = newJob(jobDirectory(directory, request.LabelingJobName), request, settings)
      const key = toJobKey(request.LabelingJobName)
      jobs.set(key, job)
      await save(() => saveState(job)).catch((error: unknown) => {
        jobs.delete(key)
        throw error
      })
      start(job)
      return job
    },
    stop: (job) => (job.state.status === 'Stopping' ? Promise.resolve() : update(job, { status: 'Stopping' })),
    resume() {
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
  const arn = toJobArn(request.LabelingJobName, settings)
  const times = { created: now, modified: now, stepAt: now }
  const state = { request, arn, status: 'Initializing', counters: NO_COUNTS, ...times, steps: 0, written: 0 } as const
  return { directory, state }
}
