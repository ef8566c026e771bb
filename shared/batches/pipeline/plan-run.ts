import type { BatchRequest } from '../../contracts/batch.ts'
import { AppError, isServerError } from '../../contracts/errors.ts'
import type { EngineNeeds } from '../../labeling/jobs/engine-jobs.ts'
import { toProblemErrors } from '../../platform/http/request-issues.ts'
import type { Ports } from '../../platform/ports.ts'
import { availableImages } from '../../selection/box-files.ts'
import { maxImages } from '../../selection/engine/estimate.ts'
import { estimateImages } from '../../selection/estimate-images.ts'
import { explainEmpty } from '../../selection/outcome.ts'
import { type PlannedBatch, planBatch } from '../../selection/plan.ts'
import { hasBegun, planRunUpTo, type RunState } from '../record/run.ts'
import { type BatchState, toCriteria } from '../record/state.ts'
import { checkJob, checkManifest, type RemainingRun } from './check-steps.ts'
import { warnOfForeignObjects } from './foreign-objects.ts'

/** The ports that this file uses. */
type Needs = EngineNeeds & Pick<Ports, 'config' | 'files' | 'bucket' | 'workteams'>

/**
 * Plans a batch and its run: does all checks that can be done before anything is read or written, those of later steps
 * included.
 * @throws AppError with every issue of the request
 */
export async function planRun(batch: string, request: BatchRequest, ports: Needs): Promise<PlannedBatch> {
  const run = planRunUpTo(request.run, undefined, ports.newId())
  const foreign = warnOfForeignObjects(batch, ports)
  const planning = catchIssues(planBatch(request, ports))
  // Issues of the request are reported first, even when the folder cannot be listed.
  await Promise.allSettled([planning, foreign])
  const planned = await planning
  if (planned instanceof AppError)
    throw joinErrors([planned, ...(await checkSteps(batch, remainingSteps(request, run), ports))])
  const warnings = [...(await foreign), ...planned.state.warnings]
  const state: BatchState = { ...planned.state, warnings, ...(run && { run }) }
  await assertRunnable(batch, state, ports)
  return { state, background: planned.background || run !== undefined }
}

/**
 * Checks the steps that a batch has still to do, and the fields of a labeling job for which its run may be extended.
 * @throws AppError with every issue of theirs
 */
export async function assertRunnable(batch: string, state: BatchState, ports: Needs): Promise<void> {
  const remaining = remainingSteps(state.request, state.run, state)
  const isKnown = state.selection !== undefined || !remaining.steps.includes('label')
  const images = isKnown ? remaining.images : await estimateImages(state, ports)
  const errors = await checkSteps(batch, { ...remaining, images }, ports)
  if (errors.length > 0) throw joinErrors(errors)
}

/** Returns the steps that are still to come. @param state of the batch, as far as it could be planned. Pure. */
export function remainingSteps(request: BatchRequest, run: RunState | undefined, state?: BatchState): RemainingRun {
  const { classNames, examplesPerClass, batchOffset } = request
  const max = state ? maxImages(toCriteria(state), availableImages(state)) : examplesPerClass * classNames.length
  return {
    request,
    steps: run?.state === 'running' ? run.steps.filter((step) => step.state !== 'done').map(({ step }) => step) : [],
    isJobBegun: hasBegun(run, 'label'),
    classNames: state?.criteria.classes.map(({ className }) => className) ?? classNames,
    images: state?.selection?.imageCount ?? max,
    whyEmpty: explainEmpty(state?.criteria ?? { classes: [], batchOffset }),
    importId: state?.importId,
  }
}

async function checkSteps(batch: string, remaining: RemainingRun, ports: Needs): Promise<AppError[]> {
  const checks = [checkManifest(remaining, ports), checkJob(batch, remaining, ports)]
  const results = await Promise.all(checks.map((check) => catchIssues<unknown>(check)))
  return results.filter((result) => result instanceof AppError)
}

/** Returns the error of a check that found issues in the request, instead of throwing it. */
const catchIssues = <Result>(check: Promise<Result>): Promise<Result | AppError> =>
  check.catch((error: unknown) => {
    if (error instanceof AppError && !isServerError(error)) return error
    throw error
  })

/** Returns one error with all issues, and the code of the first. Pure. */
function joinErrors(errors: readonly AppError[]): AppError {
  const [first, ...others] = errors
  if (first && others.length === 0) return first
  const issues = errors.flatMap((error) =>
    error.issues.length > 0 ? error.issues : [{ at: 'body', message: error.message }],
  )
  const { detail, errors: shown } = toProblemErrors(issues)
  return new AppError(first?.code ?? 'invalid-request', detail, shown)
}
