import { AppError } from '../../contracts/errors.ts'
import type { LaterStep } from '../../contracts/run.ts'
import type { CopyTotals } from '../../copying/copy-images-job.ts'
import { findCopyRound, readTotals } from '../../copying/copy-progress.ts'
import { startCopy } from '../../copying/start-copy.ts'
import { createJob } from '../../labeling/jobs/create.ts'
import { makeManifest } from '../../manifests/input/write-manifest.ts'
import { readEnd, resumeRound } from '../../platform/fan-out/round.ts'
import type { Ports } from '../../platform/ports.ts'
import type { StepState } from '../record/run.ts'
import type { BatchState } from '../record/state.ts'
import { toManifestRequest } from '../same-request.ts'
import { plannedJob } from './planned-job.ts'
import { prefixIssues } from './prefix-issues.ts'

/** What doing a step came to: what is to be noted of it; or it waits for a copy's end, which brings the run on; or it is stopped. */
export type StepOutcome = Partial<StepState> | 'waits' | 'stopped'

/** Does a step, or goes on with it; may happen twice, also at once. @param step as it was begun */
export function executeStep(batch: string, state: BatchState, step: StepState, ports: Ports): Promise<StepOutcome> {
  switch (step.step) {
    case 'copy':
      return copy(batch, state, step, ports)
    case 'manifest':
      return orWait(batch, state, ports, () => manifest(batch, state, ports))
    case 'label':
      return orWait(batch, state, ports, () => label(batch, state, ports))
  }
}

/** What is to be noted of a step as it begins. */
export async function readStepFacts(
  step: LaterStep,
  batch: string,
  state: BatchState,
  ports: Ports,
): Promise<Partial<StepState>> {
  if (step !== 'copy') return {}
  const last = await findCopyRound(batch, state, ports)
  if (!last) return { after: 0 }
  return { after: (await readEnd(last, ports)) ? last.round : last.round - 1 }
}

async function copy(batch: string, state: BatchState, { after = 0 }: StepState, ports: Ports): Promise<StepOutcome> {
  const last = await findCopyRound(batch, state, ports)
  if (last && last.round > after) {
    const end = await readEnd(last, ports)
    if (end?.value.state === 'cancelled') return 'stopped'
    if (end) return refuseNone(batch, state, await readTotals(last, end.value, ports))
    await resumeRound(last, ports)
    return 'waits'
  }
  const { started } = await startCopy(batch, ports, last?.round ?? 0)
  return started ? 'waits' : {}
}

/** Images that are missing do not stop a run, as long as there is one. @throws AppError `bad-source` */
function refuseNone(batch: string, { selection }: BatchState, totals: CopyTotals): StepOutcome {
  const { copied, present, missing, denied, conflict, failed } = totals
  const total = selection?.imageCount ?? 0
  if (total === 0 || copied + present > 0) return {}
  throw new AppError(
    'bad-source',
    `None of the ${total} images of "${batch}" could be copied: ${missing} missing, ${denied} denied, ${conflict} in conflict, ${failed} failed; GET /v1/batches/${batch}/copy tells why.`,
  )
}

/** Somebody may copy once more what is not there yet: until that is over, the batch cannot be labeled. */
async function orWait(
  batch: string,
  state: BatchState,
  ports: Ports,
  act: () => Promise<StepOutcome>,
): Promise<StepOutcome> {
  const isBeingCopied = async (): Promise<boolean> => {
    const last = await findCopyRound(batch, state, ports)
    if (!last || (await readEnd(last, ports))) return false
    // Whoever began it may have died before a worker was told.
    await resumeRound(last, ports)
    return true
  }
  if (await isBeingCopied()) return 'waits'
  try {
    return await act()
  } catch (error) {
    if (error instanceof AppError && (await isBeingCopied())) return 'waits'
    throw error
  }
}

async function manifest(batch: string, state: BatchState, ports: Ports): Promise<StepOutcome> {
  const { lines, omittedCount } = await makeManifest(batch, toManifestRequest(state.request), { store: true }, ports)
  return { lines, omittedCount }
}

/** @throws AppError `upstream-failed` while another call is creating it, so that the message comes again */
async function label(batch: string, { request }: BatchState, ports: Ports): Promise<StepOutcome> {
  const wanted = plannedJob(batch, request)
  if (!wanted) throw new AppError('wrong-state', `"${batch}" was not told what its labeling job is to do.`)
  const { outcome } = await prefixIssues(createJob(wanted.job, wanted.request, ports))
  if (outcome !== 'elsewhere') return {}
  throw new AppError('upstream-failed', `The labeling job "${wanted.job}" is being created by another call.`)
}
