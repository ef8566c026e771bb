import type { BatchRequest } from '../../contracts/batch.ts'
import { AppError, isServerError } from '../../contracts/errors.ts'
import { toProblemErrors } from '../../platform/http/request-issues.ts'
import type { Ports } from '../../platform/ports.ts'
import { estimateImages } from '../../selection/estimate-images.ts'
import { type PlannedBatch, planBatch } from '../../selection/plan.ts'
import { planRunUpTo } from '../record/run.ts'
import type { BatchState } from '../record/state.ts'
import { checkJob } from './check-job.ts'
import { checkManifest } from './check-manifest.ts'
import { type RemainingRun, remainingSteps } from './remaining-steps.ts'

/**
 * Does all checks of a request that can be done before anything is read or written, those of later steps too.
 * @throws AppError for everything that is wrong, all at once
 */
export async function planRun(batch: string, request: BatchRequest, ports: Ports): Promise<PlannedBatch> {
  const run = planRunUpTo(request.run, undefined, ports.newId())
  const planned = await ownFault(planBatch(request, ports))
  if (planned instanceof AppError)
    throw joined([planned, ...(await faultsOf(batch, remainingSteps(request, run), ports))])
  const state: BatchState = { ...planned.state, ...(run && { run }) }
  await assertRunnable(batch, state, ports)
  return { state, background: planned.background || run !== undefined }
}

/** @throws AppError for everything that is wrong with the steps that a batch has still to do */
export async function assertRunnable(batch: string, state: BatchState, ports: Ports): Promise<void> {
  const coming = remainingSteps(state.request, state.run, state)
  const isCounted = state.selection !== undefined || !coming.steps.includes('label')
  const images = isCounted ? coming.images : await estimateImages(state, ports)
  const errors = await faultsOf(batch, { ...coming, images }, ports)
  if (errors.length > 0) throw joined(errors)
}

async function faultsOf(batch: string, coming: RemainingRun, ports: Ports): Promise<AppError[]> {
  const found = await Promise.all([ownFault(checkManifest(coming, ports)), ownFault(checkJob(batch, coming, ports))])
  return found.filter((one) => one instanceof AppError)
}

/** What was found, or what is wrong with the request. */
const ownFault = <Found>(checking: Promise<Found>): Promise<Found | AppError> =>
  checking.catch((error: unknown) => {
    if (error instanceof AppError && !isServerError(error)) return error
    throw error
  })

/** One error that tells all, with the code of the first. */
function joined(errors: readonly AppError[]): AppError {
  const [first, ...others] = errors
  if (first && others.length === 0) return first
  const faults = errors.flatMap(({ issues: own, message }) => (own.length > 0 ? own : [{ at: 'body', message }]))
  const { detail, errors: told } = toProblemErrors(faults)
  return new AppError(first?.code ?? 'invalid-request', detail, told)
}
