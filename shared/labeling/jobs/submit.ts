import { AppError, isServerError } from '../../contracts/errors.ts'
import type { Ports } from '../../platform/ports.ts'
import { storeStream } from '../../platform/storage/multipart.ts'
import { ensureLabelingCors } from '../sagemaker/cors.ts'
import { toJobRequest } from '../sagemaker/job-request.ts'
import { labelCategoriesFile } from '../sagemaker/label-categories.ts'
import { abandonClaim, type LeasedClaim, releaseLease, updateWithLease } from './claim.ts'
import { inputManifestKey, labelCategoriesKey, templateKey } from './job-files.ts'
import { isSameJob } from './own-job.ts'
import { type PlannedJob, toPreflightError } from './plan.ts'
import { recordInBatch } from './record-in-batch.ts'
import type { LabelingJobState } from './state.ts'

/** A plan whose name is claimed by this call. */
export interface ClaimedJob extends PlannedJob {
  readonly state: LeasedClaim
}

/** Writes what the service reads of a job, and has it started. Where it is refused, all of that goes again. */
export async function submit(plan: ClaimedJob, ports: Ports): Promise<LabelingJobState> {
  const arn = await rollbackOnError(plan.state, () => startAtService(plan, ports), ports)
  return await markCreated(plan.state, arn, ports)
}

/** Does a part of creating a job; a claim that cannot become one is released, with all that was written for it. */
export async function rollbackOnError<Result>(
  held: LeasedClaim,
  act: () => Promise<Result>,
  ports: Ports,
): Promise<Result> {
  try {
    return await act()
  } catch (error) {
    if (error instanceof IndeterminateError) {
      await logFailure('let go', () => releaseLease(held, ports), held, ports)
      throw error.cause
    }
    if (error instanceof AppError) await logFailure('released', () => abandonClaim(held, ports), held, ports)
    throw error
  }
}

/** The service may have the job or not: nothing that it reads may go. */
class IndeterminateError extends Error {}

/** What cannot be done any more is done by who comes next, once the lease is over. */
async function logFailure(
  what: string,
  act: () => Promise<unknown>,
  { job }: LeasedClaim,
  ports: Ports,
): Promise<void> {
  await act().catch((error: unknown) => {
    if (!(error instanceof AppError)) throw error
    ports.log.warn('labeling_job.cleanup_failed', { job, action: what, error })
  })
}

/** @returns the ARN of the job that the service has now */
async function startAtService(plan: ClaimedJob, ports: Ports): Promise<string> {
  const { state } = plan
  if (!(await recordInBatch(state, 'Creating', ports.now().toISOString(), ports))) throw batchGone(state)
  await writeFiles(plan, ports)
  await ensureLabelingCors(ports)
  try {
    return await createAtService(plan, ports)
  } catch (error) {
    // The claim stays, and the next call finds out.
    const isUnsure = error instanceof AppError && isServerError(error)
    throw isUnsure ? new IndeterminateError(error.message, { cause: error }) : error
  }
}

/** A client sends again what it got no answer for: what is refused then may be there already, as our own. */
async function createAtService(plan: ClaimedJob, ports: Ports): Promise<string> {
  const { state } = plan
  const toQuotaError = (error: unknown) => {
    if (error instanceof AppError && error.code === 'quota-reached') return error
    throw error
  }
  const answer = await ports.labeler.create(toJobRequest(plan, ports.config)).catch(toQuotaError)
  if (typeof answer === 'object' && 'arn' in answer) return answer.arn
  const standing = await ports.labeler.describe(state.job)
  if (standing && isSameJob(standing, state, ports)) return standing.arn
  if (answer instanceof AppError) throw answer
  if (answer !== 'name-taken') {
    const message = `the labeling service refused it: ${answer.refused}`
    throw new AppError('preflight-failed', `body: ${message}`, [{ at: 'body', message }])
  }
  if (!standing) throw new AppError('upstream-failed', `The labeling service has "${state.job}", and does not find it.`)
  const message = `there is a labeling job "${standing.job}" already, which was made elsewhere: choose another name`
  throw toPreflightError([{ at: 'path.job', message }])
}

async function writeFiles({ state, template, lines }: ClaimedJob, ports: Ports): Promise<void> {
  async function* bytes(): AsyncGenerator<Uint8Array> {
    for await (const line of lines()) yield Buffer.from(`${line}\n`)
  }
  await storeStream(inputManifestKey(state, ports), bytes(), ports)
  await ports.objects.put(labelCategoriesKey(state, ports), labelCategoriesFile(state.labels))
  await ports.objects.put(templateKey(state, ports), template)
}

/** What the service has is a job of ours from here on. */
export async function markCreated(held: LeasedClaim, arn: string, ports: Ports): Promise<LabelingJobState> {
  try {
    await recordInBatch(held, 'InProgress', ports.now().toISOString(), ports)
    const created = await updateWithLease(
      held,
      ({ lease: _, ...state }) => ({ ...state, state: 'created', arn }),
      ports,
    )
    ports.metrics.record({ LabelingJobsCreated: 1 })
    ports.log.info('labeling_job.created', { job: held.job, batch: held.batch, lines: held.lines })
    return created ?? held
  } catch (error) {
    if (error instanceof AppError) await logFailure('let go', () => releaseLease(held, ports), held, ports)
    throw error
  }
}

const batchGone = ({ batch }: LabelingJobState): AppError =>
  new AppError('not-found', `The batch "${batch}" was deleted while a labeling job was made of it.`)
