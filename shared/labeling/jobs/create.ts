import { findBatch } from '../../batches/record/store.ts'
import { AppError, isServerError } from '../../contracts/errors.ts'
import {
  type CompleteJobRequest,
  completeRequest,
  type LabelingJobRequest,
} from '../../contracts/labeling-job-request.ts'
import { assertSameRequest } from '../../platform/http/assert-same-request.ts'
import type { Ports } from '../../platform/ports.ts'
import { CorruptStateError, readOrCorrupt } from '../../platform/state/corrupt-state.ts'
import { updateWithLease, withoutLease } from '../../platform/state/lease.ts'
import type { State } from '../../platform/state/record.ts'
import { CONFLICT, retryOnConflict } from '../../platform/state/retry-on-conflict.ts'
import { ensurePagesCors } from '../../platform/storage/pages-cors.ts'
import { startWatching } from '../engine/start-watching.ts'
import { findWork } from '../engine/work.ts'
import { createAtEngine } from './create-at-engine.ts'
import { decide, isInterrupted } from './creation-step.ts'
import { recordEndIfFinal } from './job-changed.ts'
import { writeJobFiles } from './job-files.ts'
import { addToIndex } from './job-index.ts'
import { findOwnJob } from './own-job.ts'
import { type PlannedJob, type PlanSettings, planJob } from './plan.ts'
import { rebuildState } from './rebuild.ts'
import { type LabelingJobState, toKnownRequest } from './state.ts'
import { abandonClaim, findJob, jobRef, type LeasedClaim, leaseClaim, recordInBatch, rollbackOnError } from './store.ts'

/** The ports that this file uses. */
type Needs = Pick<
  Ports,
  | 'config'
  | 'objects'
  | 'uploads'
  | 'files'
  | 'copier'
  | 'messages'
  | 'bucket'
  | 'labeler'
  | 'workteams'
  | 'log'
  | 'metrics'
  | 'requestId'
  | 'now'
  | 'newId'
>

export interface CreatedJob {
  readonly state: LabelingJobState
  /** `created` by this call, `existing` before it, or `in-progress`: another call is creating it now. */
  readonly outcome: 'created' | 'existing' | 'in-progress'
}

/**
 * Creates a labeling job: checks the request, claims the name, writes the files that the engine reads, starts the job at
 * its engine, and marks it as created.
 * Idempotent. The same request again returns the existing job, resumes a creation that was interrupted, and publishes the
 * end of the job if that is pending. A job that is refused leaves nothing behind.
 *
 * @throws AppError `conflict` when another job has the name, regardless of case; `preflight-failed` with everything that is
 *   wrong; `quota-reached`
 */
export function createJob(
  job: string,
  sent: LabelingJobRequest,
  ports: Needs,
  settings: PlanSettings = {},
): Promise<CreatedJob> {
  const request = completeRequest(sent)
  const attempt = async (): Promise<CreatedJob | typeof CONFLICT> => {
    const existing = await readOrCorrupt(findJob(job, ports))
    if (existing instanceof CorruptStateError) {
      const isRebuilt = await rebuildState(job, request, existing, ports)
      return isRebuilt ? CONFLICT : await claimAndStart(job, request, existing, ports, settings)
    }
    const now = ports.now()
    const mayBeLive = existing && isInterrupted(existing.value, now)
    const live = mayBeLive ? await findOwnJob(existing.value, ports) : undefined
    const step = decide(job, request, existing, live, now)
    switch (step.kind) {
      case 'create':
        return await claimAndStart(job, request, undefined, ports, settings)
      case 'resume':
        return await resume(job, request, step.claim, ports, settings)
      case 'mark-created':
      case 'abandon': {
        const claim = await leaseClaim(step.claim.value, step.claim, ports)
        if (claim && step.kind === 'abandon') await abandonClaim(claim, ports)
        if (claim && step.kind === 'mark-created') await markCreated(claim, step.arn, ports)
        // Now the name is free, or the job exists: decide again.
        return CONFLICT
      }
      case 'in-progress':
        await assertSameJob(job, step.state, request, ports)
        return { state: step.state, outcome: 'in-progress' }
      case 'existing':
        await assertSameJob(job, step.state, request, ports)
        return { state: await recordEndIfFinal(step.state, ports), outcome: 'existing' }
    }
  }
  return retryOnConflict(`The labeling job "${job}"`, attempt)
}

/** Claims the name, once everything has been checked. @param corrupt a state that cannot be read, to be replaced */
async function claimAndStart(
  job: string,
  request: CompleteJobRequest,
  corrupt: CorruptStateError | undefined,
  ports: Needs,
  settings: PlanSettings,
): Promise<CreatedJob | typeof CONFLICT> {
  const plan = await planJob(job, request, ports, settings).catch(async (error: unknown): Promise<typeof CONFLICT> => {
    // The name is taken, perhaps by this very job, whose state was lost.
    const isTaken = error instanceof AppError && error.issues.some(({ at }) => at === 'path.job')
    if (isTaken && (await rebuildState(job, request, corrupt, ports))) return CONFLICT
    throw error
  })
  if (plan === CONFLICT) return CONFLICT
  if (corrupt) ports.log.error('state.corrupt', { key: corrupt.key })
  const claim = await leaseClaim(plan.state, corrupt && { etag: corrupt.etag ?? '' }, ports)
  return claim ? await start(claim, plan, ports) : CONFLICT
}

/** Takes over the claim of an interrupted creation, and plans the job again. */
async function resume(
  job: string,
  request: CompleteJobRequest,
  existing: State<LabelingJobState>,
  ports: Needs,
  settings: PlanSettings,
): Promise<CreatedJob | typeof CONFLICT> {
  const claim = await leaseClaim(existing.value, existing, ports)
  if (!claim) return CONFLICT
  const plan = await rollbackOnError(claim, () => planJob(job, request, ports, settings), never, ports)
  const kept = { request: { ...claim.request, ...request }, createdAt: claim.createdAt, lease: claim.lease }
  const planned: LeasedClaim = { ...claim, ...plan.state, ...kept }
  await updateWithLease(jobRef(job), claim, () => planned, ports)
  return await start(planned, plan, ports)
}

/** Writes the files, starts the job at its engine, and marks it as created. */
async function start(claim: LeasedClaim, plan: PlannedJob, ports: Needs): Promise<CreatedJob> {
  await rollbackOnError(claim, () => prepare(claim, plan, ports), never, ports)
  const arn = await rollbackOnError(claim, () => createAtEngine(claim, plan, ports), isServerError, ports)
  return { state: await markCreated(claim, arn, ports), outcome: 'created' }
}

async function prepare(claim: LeasedClaim, { lines, template }: PlannedJob, ports: Needs): Promise<void> {
  const isRecorded = await recordInBatch(claim, 'Creating', ports.now().toISOString(), ports)
  if (!isRecorded)
    throw new AppError('not-found', `The batch "${claim.batch}" was deleted while "${claim.job}" was created.`)
  const files = template === undefined ? undefined : { labels: claim.labels, template }
  await writeJobFiles(claim, lines(), files, ports)
  await ensurePagesCors(ports)
}

/** Marks a job that its engine has as created, in its batch and in its own state. */
async function markCreated(claim: LeasedClaim, arn: string | undefined, ports: Needs): Promise<LabelingJobState> {
  const mark = async (): Promise<LabelingJobState | undefined> => {
    if (claim.request.engine === 'groundwork') await announceWork(claim, ports)
    await recordInBatch(claim, 'InProgress', ports.now().toISOString(), ports)
    const complete = (state: LabelingJobState): LabelingJobState => ({ ...withoutLease(state), state: 'created', arn })
    return await updateWithLease(jobRef(claim.job), claim, complete, ports)
  }
  const state = await rollbackOnError(claim, mark, always, ports)
  ports.metrics.record({ LabelingJobsCreated: 1 })
  ports.log.info('labeling_job.created', { job: claim.job, batch: claim.batch, lines: claim.lines })
  return state ?? claim
}

/** Lists a job of Groundwork's own engine, and begins to watch it. The previous caller may have crashed before. */
async function announceWork(claim: LeasedClaim, ports: Needs): Promise<void> {
  await addToIndex(claim, ports)
  const work = await findWork(claim.job, ports)
  if (work) await startWatching(work.value, ports)
}

const never = (): boolean => false
const always = (): boolean => true

/**
 * Refuses a request for a name that another job has.
 * @throws AppError `conflict` when the job was created by another request, under the name in another case, or on a batch
 *   that was deleted since, even if a new batch has its name
 */
export async function assertSameJob(
  job: string,
  state: LabelingJobState,
  request: CompleteJobRequest,
  ports: Pick<Ports, 'config' | 'objects'>,
): Promise<void> {
  const hint = 'choose another name: names are compared without case and can never be reused'
  const conflict = (what: string): AppError => {
    const message = `must be a free name: there is a labeling job "${state.job}" ${what}; ${hint}`
    return new AppError('conflict', `path.job: ${message}.`, [{ at: 'path.job', message }])
  }
  if (state.job !== job) throw conflict('already')
  assertSameRequest(toKnownRequest(state), request, `Another labeling job is called "${job}"; ${hint}.`)
  const batch = await findBatch(state.batch, ports)
  if (batch?.value.batchId !== state.batchId) throw conflict(`on a batch "${state.batch}" that was deleted since`)
}
