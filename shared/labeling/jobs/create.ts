import { isDeepStrictEqual } from 'node:util'
import { findBatch } from '../../batches/record/store.ts'
import { AppError } from '../../contracts/errors.ts'
import type { LabelingJobRequest } from '../../contracts/labeling-job.ts'
import { assertSameRequest } from '../../platform/http/assert-same-request.ts'
import type { Ports } from '../../platform/ports.ts'
import type { State } from '../../platform/state/record.ts'
import { abandonClaim, acquireLease, isLeased, type LeasedClaim, releaseLease, updateWithLease } from './claim.ts'
import { recordEndIfFinal } from './job-changed.ts'
import { findOwnJob } from './own-job.ts'
import { planJob } from './plan.ts'
import type { LabelingJobState } from './state.ts'
import { findJob } from './store.ts'
import { markCreated, rollbackOnError, submit } from './submit.ts'

export interface CreatedJob {
  readonly state: LabelingJobState
  /** `created` by this call; `standing` before it; `elsewhere`: another call is creating it right now. */
  readonly outcome: 'created' | 'standing' | 'elsewhere'
}

/**
 * Makes a labeling job: claims the name with one conditional write, writes what the service reads, and has the service
 * start it. The same request again answers with the job as it stands, goes on where its creation had died, and tells of
 * its end where nobody has. What the service refuses leaves nothing behind.
 * @throws AppError `conflict` when another job has the name, in whatever case; `preflight-failed` with all that is wrong;
 *   `quota-reached`
 */
export async function createJob(job: string, request: LabelingJobRequest, ports: Ports): Promise<CreatedJob> {
  const found = await findJob(job, ports)
  if (!found) {
    const plan = await planJob(job, request, ports)
    const held = await acquireLease(plan.state, undefined, ports)
    if (!held) return createJob(job, request, ports)
    return { state: await submit({ ...plan, state: held }, ports), outcome: 'created' }
  }
  const isElsewhere = isLeased(found.value, ports.now())
  if (found.value.state === 'creating' && !isElsewhere) return goOn(job, found, request, ports)
  await assertSameJob(job, found.value, request, ports)
  if (isElsewhere) return { state: found.value, outcome: 'elsewhere' }
  return { state: await recordEndIfFinal(found.value, ports), outcome: 'standing' }
}

/**
 * @throws AppError `conflict` when the name stands for another request, was given in another case, or is that of a job on
 *   a batch that was deleted, whatever is called so now
 */
export async function assertSameJob(
  job: string,
  state: LabelingJobState,
  request: LabelingJobRequest,
  ports: Ports,
): Promise<void> {
  const hint = 'choose another name: names are compared without case, and stay taken when a job has ended'
  const refuse = (what: string): never => {
    const message = `there is a labeling job "${state.job}" ${what}; ${hint}`
    throw new AppError('conflict', `path.job: ${message}.`, [{ at: 'path.job', message }])
  }
  if (state.job !== job) refuse('already')
  assertSameRequest(state.request, request, `Another labeling job is called "${job}"; ${hint}.`)
  if ((await findBatch(state.batch, ports))?.value.batchId !== state.batchId)
    refuse(`on a batch "${state.batch}" that was deleted since`)
}

/** Goes on with a creation that had died: before the service had the job, or behind that. */
async function goOn(
  job: string,
  standing: State<LabelingJobState>,
  request: LabelingJobRequest,
  ports: Ports,
): Promise<CreatedJob> {
  const held = await acquireLease(standing.value, standing, ports)
  if (!held) return createJob(job, request, ports)
  const own = await findOwnJob(held, ports).catch(async (error: unknown) => {
    await releaseLease(held, ports)
    throw error
  })
  if (own) {
    await markCreated(held, own.arn, ports)
    return createJob(job, request, ports)
  }
  if (held.job !== job || !isDeepStrictEqual(held.request, request)) {
    // Nobody has that job, and nobody makes it any more.
    await abandonClaim(held, ports)
    return createJob(job, request, ports)
  }
  const plan = await rollbackOnError(held, () => planJob(job, request, ports), ports)
  const state: LeasedClaim = { ...plan.state, createdAt: held.createdAt, lease: held.lease }
  await updateWithLease(held, () => state, ports)
  return { state: await submit({ ...plan, state }, ports), outcome: 'created' }
}
