import { AppError } from '../../contracts/errors.ts'
import { LATER_STEPS, type LaterStep, StepStatus } from '../../contracts/run.ts'
import { findCopyRound, readTotals } from '../../copying/copy-progress.ts'
import type { CopyTotals } from '../../copying/copy-receipt.ts'
import { startCopy } from '../../copying/start-copy.ts'
import { createJob } from '../../labeling/jobs/create.ts'
import { makeManifest } from '../../manifests/input/write-manifest.ts'
import { readEnd, resumeRound } from '../../platform/fan-out/round.ts'
import type { Ports } from '../../platform/ports.ts'
import { readOrCorrupt } from '../../platform/state/corrupt-state.ts'
import { plannedJob, toManifestRequest } from '../record/request.ts'
import type { StepState } from '../record/run.ts'
import type { BatchState } from '../record/state.ts'
import { assertSelected } from '../record/store.ts'
import { prefixIssues } from './check-steps.ts'

/** The ports that the steps of a run use. */
export type StepPorts = Pick<
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

/**
 * What a step resulted in: facts to record about it; `waits` for a copy whose end resumes the run; or `stopped`, because
 * its copy was cancelled.
 */
export type StepOutcome = Partial<StepState> | 'waits' | 'stopped'

/**
 * A newer version has given the run a step, or its step a state, that this one does not know. Its message is retried, perhaps by a newer
 * worker, and is kept at last: nothing is recorded as failed.
 */
export class UnknownStepError extends Error {
  constructor({ step, state }: StepState) {
    super(`the step "${step}" of a run, or its state "${state}", is unknown to this version`)
    this.name = 'UnknownStepError'
  }
}

/** Whether this version knows a step and its state. Pure. */
export const isKnownStep = ({ step, state }: StepState): boolean =>
  LATER_STEPS.includes(step) && StepStatus.options.includes(state)

/**
 * Executes a step, or resumes it. Idempotent, and safe in two workers at once.
 * @param step as it was begun
 * @throws UnknownStepError for a step that only a newer version knows
 */
export async function executeStep(
  batch: string,
  state: BatchState,
  step: StepState,
  ports: StepPorts,
): Promise<StepOutcome> {
  switch (step.step) {
    case 'copy':
      return copy(batch, state, step, ports)
    case 'manifest':
      return unlessCopying(batch, state, ports, () => writeRunManifest(batch, state, ports))
    case 'label':
      return unlessCopying(batch, state, ports, () => createRunJob(batch, state, ports))
    default:
      throw new UnknownStepError(step)
  }
}

/** Returns what is recorded about a step when it begins: for a copy, the last round that was over. */
export async function readStepFacts(
  step: LaterStep,
  batch: string,
  state: BatchState,
  ports: Pick<Ports, 'config' | 'objects'>,
): Promise<Partial<StepState>> {
  if (step !== 'copy') return {}
  const last = await findCopyRound(batch, state, ports)
  if (!last) return { after: 0 }
  // A round whose end cannot be read has ended.
  return { after: (await readOrCorrupt(readEnd(last, ports))) ? last.round : last.round - 1 }
}

async function copy(
  batch: string,
  state: BatchState,
  { after = 0 }: StepState,
  ports: StepPorts,
): Promise<StepOutcome> {
  const last = await findCopyRound(batch, state, ports)
  if (last && last.round > after) {
    const end = await readEnd(last, ports)
    if (end?.value.state === 'cancelled') return 'stopped'
    const { selection } = assertSelected(batch, state)
    if (end) return assertSomeCopied(batch, state, await readTotals(last, end, selection, ports))
    await resumeRound(last, ports)
    return 'waits'
  }
  const { started } = await startCopy(batch, ports, { lastKnownRound: last?.round ?? 0 })
  return started ? 'waits' : {}
}

/** Missing images do not stop a run, as long as one was copied. @throws AppError `bad-source` */
function assertSomeCopied(batch: string, { selection }: BatchState, totals: CopyTotals): StepOutcome {
  const { copied, present, missing, denied, archived, unusable, conflict, failed, failures } = totals
  const total = selection?.imageCount ?? 0
  if (total === 0 || copied + present > 0) return {}
  // Where no image could be tried, as their list cannot be read, the reason names the key of the damaged object.
  const example = failures[0]?.reason ? ` The first of them: ${failures[0].reason}` : ''
  throw new AppError(
    'bad-source',
    `None of the ${total} images of "${batch}" could be copied: ${missing} missing, ${denied} denied, ${archived} archived, ${unusable} unusable, ${conflict} in conflict, ${failed} failed. GET /v1/batches/${batch}/copy lists the reasons.${example}`,
  )
}

/** Executes a step, unless a copy of the remaining images runs: until it ends, the batch cannot be labeled. */
async function unlessCopying(
  batch: string,
  state: BatchState,
  ports: StepPorts,
  act: () => Promise<StepOutcome>,
): Promise<StepOutcome> {
  const isCopying = async (): Promise<boolean> => {
    const last = await findCopyRound(batch, state, ports)
    if (!last || (await readOrCorrupt(readEnd(last, ports)))) return false
    // Whoever started the round may have crashed before its message was sent.
    await resumeRound(last, ports)
    return true
  }
  if (await isCopying()) return 'waits'
  try {
    return await act()
  } catch (error) {
    if (error instanceof AppError && (await isCopying())) return 'waits'
    throw error
  }
}

async function writeRunManifest(batch: string, state: BatchState, ports: StepPorts): Promise<StepOutcome> {
  const request = toManifestRequest(state.request)
  const report = await makeManifest(batch, request, { store: true }, ports)
  const { lines, omittedCount, omittedByOutcome, licensesFor } = report
  return { lines, omittedCount, omittedByOutcome, ...(licensesFor !== undefined && { licensesFor }) }
}

/** @throws AppError `upstream-failed` while another call creates the job, so that SQS redelivers the message */
async function createRunJob(batch: string, { request }: BatchState, ports: StepPorts): Promise<StepOutcome> {
  const planned = plannedJob(batch, request)
  if (!planned) throw new AppError('wrong-state', `The request of "${batch}" has no labelingJob.`)
  // Nobody could know what is on the images when the run was asked for, so it does not fail for that.
  const creating = createJob(planned.job, planned.request, ports, { mayLackGold: true })
  const { state, outcome } = await prefixIssues(creating)
  const { omittedCount, omittedByOutcome } = state.omissions ?? {}
  if (outcome !== 'in-progress') return omittedByOutcome ? { omittedCount, omittedByOutcome } : {}
  throw new AppError('upstream-failed', `The labeling job "${planned.job}" is being created by another call.`)
}
