import type { BatchRequest } from '../../contracts/batch.ts'
import { AppError } from '../../contracts/errors.ts'
import { JobName } from '../../contracts/job-name.ts'
import type { LaterStep } from '../../contracts/run.ts'
import { hasImageList } from '../../datasets/image-list.ts'
import { assertSameJob } from '../../labeling/jobs/create.ts'
import type { EngineNeeds } from '../../labeling/jobs/engine-jobs.ts'
import { assertJobFields, estimateJob } from '../../labeling/jobs/estimate-job.ts'
import { type JobOutline, planJob } from '../../labeling/jobs/plan.ts'
import { isTaken } from '../../labeling/jobs/preview.ts'
import { findJob } from '../../labeling/jobs/store.ts'
import { toProblemErrors } from '../../platform/http/request-issues.ts'
import type { Ports } from '../../platform/ports.ts'
import { plannedJob, toManifestRequest } from '../record/request.ts'

/** The ports that this file uses. */
type Needs = EngineNeeds & Pick<Ports, 'config' | 'files' | 'bucket' | 'workteams'>

/** The steps that a batch has still to do, and what they work on. */
export interface RemainingRun {
  readonly request: BatchRequest
  readonly steps: readonly LaterStep[]
  /** Whether the labeling job is created, or is being created: its fields can no longer change. */
  readonly isJobBegun: boolean
  readonly classNames: readonly string[]
  /** At most. */
  readonly images: number
  /** Why there are no images, if there are none. */
  readonly whyEmpty: string
  /** Undefined when the dataset cannot be read. */
  readonly importId: string | undefined
}

/** Checks the manifest that is to come. @throws AppError `wrong-state` when it asks for provenance that the dataset does not have */
export async function checkManifest(
  { request, steps, importId }: RemainingRun,
  ports: Pick<Ports, 'config' | 'objects'>,
): Promise<void> {
  if (!steps.includes('manifest') || !request.manifest?.provenance || importId === undefined) return
  if (await hasImageList({ dataset: request.dataset, importId }, ports)) return
  const at = 'body.manifest.provenance'
  const message = `must be false: "${request.dataset}" has no image list`
  throw new AppError('wrong-state', `${at}: ${message}.`, [{ at, message }])
}

/**
 * Checks the labeling job that is to come, as far as that is possible before the steps in front of it. A job that the run
 * does not reach yet is stored for when the run is extended, so its fields are checked on their own.
 * @returns the job's outline; `undefined` when none is to come, or it exists already
 * @throws AppError with the code that creating the job would have; its issues are at their places in the batch's request
 */
export const checkJob = (batch: string, remaining: RemainingRun, ports: Needs): Promise<JobOutline | undefined> =>
  prefixIssues(outlineJob(batch, remaining, ports))

async function outlineJob(
  batch: string,
  { request, steps, isJobBegun, ...remaining }: RemainingRun,
  ports: Needs,
): Promise<JobOutline | undefined> {
  const planned = plannedJob(batch, request)
  if (!planned) return undefined
  if (!steps.includes('label')) {
    if (!isJobBegun) assertJobFields(planned.request, remaining.classNames, ports)
    return undefined
  }
  if (!JobName.safeParse(planned.job).success) {
    const message = `is required: a labeling job cannot be named "${planned.job}" like the batch`
    throw new AppError('preflight-failed', message, [{ at: 'path.job', message }])
  }
  const found = await findJob(planned.job, ports)
  if (found && (await isTaken(found.value, ports))) {
    await assertSameJob(planned.job, found.value, planned.request, ports)
    return undefined
  }
  // When only this step is left, and when the job builds on another, all that the job reads exists.
  const { continueFrom, boxesFrom } = planned.request
  const isReady = steps.length === 1 || continueFrom !== undefined || typeof boxesFrom === 'object'
  if (isReady) return planJob(planned.job, planned.request, ports)
  const { excludeFlags } = request
  const content = { ...remaining, manifest: toManifestRequest(request), excludeFlags }
  return estimateJob(planned.job, planned.request, content, ports)
}

/**
 * Runs something on the labeling job of a run, and moves the issues of what it throws to their places in the batch's
 * request: `body.taskTitle` becomes `body.labelingJob.taskTitle`.
 * @throws AppError as `running` does
 */
export const prefixIssues = <Result>(running: Promise<Result>): Promise<Result> =>
  running.catch((error: unknown) => {
    throw error instanceof AppError && error.issues.length > 0 ? withPrefix(error) : error
  })

function withPrefix({ code, message, issues }: AppError): AppError {
  // Whatever differs from the other job, the problem is that its name is taken.
  const isOtherJob = code === 'conflict' && !issues.some(({ at }) => at === 'path.job')
  const own = isOtherJob ? [{ at: 'path.job', message: message.replace(/\.$/, '') }] : issues
  const { detail, errors } = toProblemErrors(own.map((issue) => ({ ...issue, at: prefixPlace(issue.at) })))
  return new AppError(code, detail, errors)
}

function prefixPlace(at: string): string {
  if (at === 'path.job') return 'body.labelingJob.job'
  if (at === 'body.batch') return 'body'
  return at.replace(/^body\b/, 'body.labelingJob')
}
