import { AppError, type ErrorCode } from '../errors.ts'
import type { Ports } from '../ports.ts'
import { storeStream } from '../store-stream.ts'
import { changeHeld, type HeldClaim, letGo, release } from './claim.ts'
import { allowLabelingPages } from './cors.ts'
import type { LabelingJobState } from './job.ts'
import { inputManifestKey, labelCategoriesKey, templateKey } from './job-files.ts'
import { jobRequest } from './job-request.ts'
import { labelCategoriesFile } from './label-categories.ts'
import { noteInBatch } from './note-in-batch.ts'
import { type PlannedJob, refusal } from './plan.ts'

/** A plan whose name is claimed by this call. */
export interface ClaimedJob extends PlannedJob {
  readonly state: HeldClaim
}

/** After these, the service may have the job or not: the claim stays, and the next call finds out. */
const UNSURE: readonly ErrorCode[] = ['internal', 'upstream-failed', 'upstream-timeout']

/** Writes what the service reads of a job, and has it started. Where it is refused, all of that goes again. */
export async function submit(plan: ClaimedJob, ports: Ports): Promise<LabelingJobState> {
  const arn = await orGiveUp(plan.state, () => begin(plan, ports), ports)
  return await markCreated(plan.state, arn, ports)
}

/** Does a part of creating a job; a claim that cannot become one is released, with all that was written for it. */
export async function orGiveUp<Result>(held: HeldClaim, act: () => Promise<Result>, ports: Ports): Promise<Result> {
  try {
    return await act()
  } catch (error) {
    if (!(error instanceof AppError)) throw error
    await release(held, ports).catch((reason: unknown) => {
      if (!(reason instanceof AppError)) throw reason
      ports.log.warn('the claim of a labeling job stays', { job: held.job, error: reason })
    })
    throw error
  }
}

/** @returns the ARN of the job that the service has now */
async function begin(plan: ClaimedJob, ports: Ports): Promise<string> {
  const { state } = plan
  if (!(await noteInBatch(state, 'Creating', ports.now().toISOString(), ports))) throw batchGone(state)
  await writeFiles(plan, ports)
  await allowLabelingPages(ports)
  try {
    return await ask(plan, ports)
  } catch (error) {
    if (error instanceof AppError && UNSURE.includes(error.code)) await letGo(state, ports)
    throw error
  }
}

async function ask(plan: ClaimedJob, ports: Ports): Promise<string> {
  const answer = await ports.labeler.create(jobRequest(plan, ports.config))
  if (answer === 'name-taken') return await ifOurs(plan.state, ports)
  if ('arn' in answer) return answer.arn
  const message = `the labeling service refused it: ${answer.refused}`
  throw new AppError('preflight-failed', `body: ${message}`, [{ at: 'body', message }])
}

async function writeFiles({ state, template, lines }: ClaimedJob, ports: Ports): Promise<void> {
  async function* bytes(): AsyncGenerator<Uint8Array> {
    for await (const line of lines()) yield Buffer.from(`${line}\n`)
  }
  await storeStream(inputManifestKey(state, ports), bytes(), ports)
  await ports.objects.put(labelCategoriesKey(state, ports), labelCategoriesFile(state.labels))
  await ports.objects.put(templateKey(state, ports), template)
}

/** The client sends again what it got no answer for: a name that is taken may be so by this very job. */
async function ifOurs(state: HeldClaim, ports: Ports): Promise<string> {
  const own = await findOwn(state, ports)
  if (own) return own.arn
  const message = `there is a labeling job "${state.job}" already, in some case, that was made elsewhere`
  throw refusal([{ at: 'path.job', message }])
}

/** The job at the service that was made of this claim: none else reads its input manifest. */
export async function findOwn(state: LabelingJobState, ports: Ports) {
  const standing = await ports.labeler.describe(state.job)
  const own = `s3://${ports.config.bucket}/${inputManifestKey(state, ports)}`
  return standing?.inputManifestUri === own ? standing : undefined
}

/** What the service has is a job of ours from here on. */
export async function markCreated(held: HeldClaim, arn: string, ports: Ports): Promise<LabelingJobState> {
  try {
    await noteInBatch(held, 'InProgress', ports.now().toISOString(), ports)
    const created = await changeHeld(held, ({ lease: _, ...state }) => ({ ...state, state: 'created', arn }), ports)
    ports.log.info('labeling job created', { job: held.job, batch: held.batch, lines: held.lines })
    return created ?? held
  } catch (error) {
    if (error instanceof AppError) await letGo(held, ports)
    throw error
  }
}

const batchGone = ({ batch }: LabelingJobState): AppError =>
  new AppError('not-found', `The batch "${batch}" was deleted while a labeling job was made of it.`)
