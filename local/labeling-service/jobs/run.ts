import { setTimeout as delay } from 'node:timers/promises'
import { isFinal } from '../model/job-status.ts'
import type { Job, JobState } from './job.ts'
import type { JobSettings } from './settings.ts'
import { stateChange } from './state-change.ts'
import { nextStep, type RunningJob } from './steps.ts'

/** Changes a job's state, and resolves when the change is kept. */
export type Update = (job: Job, changes: Partial<JobState>) => Promise<void>

const LEAST_RETRY = 50
const MOST_RETRY = 30_000

/** Goes on with a job until it is over and its listener knows, or until the signal. Never rejects. */
export async function runJob(job: Job, settings: JobSettings, update: Update, signal: AbortSignal): Promise<void> {
  const running: RunningJob = { job }
  const { gate = async () => {}, milliseconds } = settings.pace
  await againUntilDone(`${job.state.arn} cannot go on`, settings, signal, async () => {
    while (!isFinal(job.state.status)) {
      await delay(milliseconds, undefined, { signal })
      await unlessAborted(gate(), signal)
      await doStep(running, settings, update)
    }
  })
  running.work = undefined
  await tellEvent(job, settings, update, signal)
}

async function doStep(running: RunningJob, settings: JobSettings, update: Update): Promise<void> {
  const { job } = running
  const { status } = job.state
  const changes = await nextStep(running, settings)
  const now = Date.now()
  // Time must go on, for output has files that are named by it.
  const common = { steps: job.state.steps + 1, stepAt: Math.max(now, job.state.stepAt + 1) }
  await update(job, { ...(job.state.status === status ? changes : whileStopping(changes)), ...eventOf(), ...common })

  function eventOf(): Partial<JobState> {
    const { status: next } = changes
    if (next === undefined || job.state.status !== status || !isFinal(next)) return {}
    return { event: stateChange(job.state.arn, next, settings, now) }
  }
}

/** Somebody stopped the job while the step was done: it stays `Stopping`, and the next step ends it. */
const whileStopping = ({ counters, written }: Partial<JobState>): Partial<JobState> => ({
  ...(counters && { counters }),
  ...(written !== undefined && { written }),
})

/** The event is forgotten only when the listener has it. */
async function tellEvent(job: Job, settings: JobSettings, update: Update, signal: AbortSignal): Promise<void> {
  const { onStateChange } = settings
  await againUntilDone(`${job.state.arn} cannot be told of`, settings, signal, async () => {
    if (!job.state.event || !onStateChange) return
    await unlessAborted(onStateChange(job.state.event), signal)
    await update(job, { event: undefined })
  })
}

async function againUntilDone(
  what: string,
  { onLog }: JobSettings,
  signal: AbortSignal,
  run: () => Promise<void>,
): Promise<void> {
  for (let wait = LEAST_RETRY; !signal.aborted; wait = Math.min(wait * 2, MOST_RETRY)) {
    try {
      return await run()
    } catch (error) {
      if (signal.aborted) return
      onLog(`${what}; it is tried again`, error)
      await delay(wait, undefined, { signal }).catch(() => {})
    }
  }
}

/** What is awaited may never end; the server must. */
async function unlessAborted(promise: Promise<void>, signal: AbortSignal): Promise<void> {
  signal.throwIfAborted()
  const done = new AbortController()
  const aborted = new Promise<never>((_, reject) =>
    signal.addEventListener('abort', () => reject(signal.reason), { signal: done.signal }),
  )
  await Promise.race([promise, aborted]).finally(() => done.abort())
}
