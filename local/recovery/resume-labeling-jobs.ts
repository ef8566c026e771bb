import { MAX_CREATING_MILLISECONDS } from '../../shared/batches/record/state.ts'
import { sendWatch } from '../../shared/labeling/engine/messages.ts'
import { findWork } from '../../shared/labeling/engine/work.ts'
import { createJob } from '../../shared/labeling/jobs/create.ts'
import { recordEndIfFinal } from '../../shared/labeling/jobs/job-changed.ts'
import { toKnownRequest } from '../../shared/labeling/jobs/state.ts'
import { findJob, jobRef } from '../../shared/labeling/jobs/store.ts'
import type { Ports } from '../../shared/platform/ports.ts'
import { type Lease, releaseLease } from '../../shared/platform/state/lease.ts'
import { type Recovery, resumeEach } from './resume-each.ts'
import { stateNames } from './state-names.ts'

/** Where the states of labeling jobs are: see `jobRef`. */
const JOBS_FOLDER = 'system/labeling-jobs/'

/**
 * Goes on creating jobs whose creation was interrupted, and records the end of jobs that ended meanwhile. Leases of the
 * process that was here before are released first: it is gone, so nobody else works on these claims.
 */
export async function resumeLabelingJobs(recovery: Recovery): Promise<void> {
  const { ports } = recovery
  const startedAt = ports.now()
  const names = stateNames(JOBS_FOLDER, ports)
  await resumeEach('labeling job', names, (job) => resumeJob(job, startedAt, ports), recovery)
}

async function resumeJob(job: string, startedAt: Date, ports: Ports): Promise<void> {
  const state = (await findJob(job, ports))?.value
  if (!state) return
  if (state.state !== 'creating') {
    await recordEndIfFinal(state, ports)
    await resumeWatching(job, ports)
    return
  }
  const { lease } = state
  if (lease && !isAcquiredBefore(startedAt, lease)) return
  if (lease) await releaseLease(jobRef(job), { ...state, lease }, ports)
  await createJob(state.job, toKnownRequest(state), ports)
}

/** Whether the lease was acquired before this time, and so by a process that has ended. Pure. */
const isAcquiredBefore = (time: Date, { until }: Lease): boolean =>
  Date.parse(until) - MAX_CREATING_MILLISECONDS < time.getTime()

/** Looks at a job of our own engine at once: the message that watches it, and those of closed shards, were lost. */
async function resumeWatching(job: string, ports: Ports): Promise<void> {
  const work = (await findWork(job, ports))?.value
  if (work && !work.end) await sendWatch(work, 0, ports)
}
