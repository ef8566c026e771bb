import { setTimeout as delay } from 'node:timers/promises'
import { isFinal } from '../model/job-status.ts'
import type { Job, JobState } from './job.ts'
import type { JobSettings } from './settings.ts'
import { toStateChange } from './state-change.ts'
import { type RunningJob, runNextStep } from './steps.ts'

/** Updates the state of a job and resolves when it is stored. */
export type Update = (job: Job, changes: Partial<JobState>) => Promise<void>

const MIN_RETRY_MILLISECONDS = 50
const MAX_RETRY_MILLISECONDS = 30_000

/** Runs a job until it has ended and its event is delivered, or until the signal. Never rejects. */
export async function runJob(job: Job, settings: JobSettings, update: Update, signal: AbortSignal): Promise<void> {
  const running: RunningJob = { job }
  const { gate = async () => {}, milliseconds } = settings.pace
  await retryUntilDone(`A step of ${job.state.arn} failed`, settings, signal, async () => {
    while (!isFinal(job.state.status)) {
      await delay(milliseconds, undefined, { signal })
      await raceAbort(gate(), signal)
      await runStep(running, settings, update)
    }
  })
  running.data = undefined
  await deliverEvent(job, settings, update, signal)
}

async function runStep(running: RunningJob, settings: JobSettings, update: Update): Promise<void> {
  const { job } = running
  const { status } = job.state
  const changes = await runNextStep(running, settings)
  const now = Date.now()
  // Strictly increasing, because output files are named by this time.
  const common = { steps: job.state.steps + 1, stepAt: Math.max(now, job.state.stepAt + 1) }
  await update(job, { ...(job.state.status === status ? changes : keepStopping(changes)), ...finalEvent(), ...common })

  function finalEvent(): Partial<JobState> {
    const { status: next } = changes
    if (next === undefined || job.state.status !== status || !isFinal(next)) return {}
    return { event: toStateChange(job.state.arn, next, settings, now) }
  }
}

/** The job was stopped during the step: it stays `Stopping`, and the next step ends it. */
const keepStopping = ({ counters, written }: Partial<JobState>): Partial<JobState> => ({
  ...(counters && { counters }),
  ...(written !== undefined && { written }),
})

/** Delivers the event of an ended job. The event is removed only after the listener accepted it. */
async function deliverEvent(job: Job, settings: JobSettings, update: Update, signal: AbortSignal): Promise<void> {
  const { onStateChange } = settings
  await retryUntilDone(`Delivering the event of ${job.state.arn} failed`, settings, signal, async () => {
    if (!job.state.event || !onStateChange) return
    await raceAbort(onStateChange(job.state.event), signal)
    await update(job, { event: undefined })
  })
}

/** Runs until it succeeds or the signal is aborted, with exponential backoff. Logs each failure. */
async function retryUntilDone(
  failure: string,
  { onLog }: JobSettings,
  signal: AbortSignal,
  run: () => Promise<void>,
): Promise<void> {
  for (let wait = MIN_RETRY_MILLISECONDS; !signal.aborted; wait = Math.min(wait * 2, MAX_RETRY_MILLISECONDS)) {
    try {
      return await run()
    } catch (error) {
      if (signal.aborted) return
      onLog(`${failure}; retrying`, error)
      await delay(wait, undefined, { signal }).catch(() => {})
    }
  }
}

/** Rejects when the signal is aborted, so that a promise that never settles does not keep the server running. */
async function raceAbort(promise: Promise<void>, signal: AbortSignal): Promise<void> {
  signal.throwIfAborted()
  const done = new AbortController()
  const aborted = new Promise<never>((_, reject) =>
    signal.addEventListener('abort', () => reject(signal.reason), { signal: done.signal }),
  )
  await Promise.race([promise, aborted]).finally(() => done.abort())
}
