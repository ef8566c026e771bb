import { AppError, type ErrorCode, isServerError } from '../../contracts/errors.ts'
import type { Ports } from '../../platform/ports.ts'
import { chooseImages, failBatch } from '../../selection/choose-images.ts'
import { enqueueRunBatch, type RunBatchMessage } from '../record/messages.ts'
import { publishBatchEvents } from '../record/outbox.ts'
import { findBatch } from '../record/store.ts'
import { beginStep, completeStep, failStep, findCursor, type StepCursor, stopStep } from './step-cursor.ts'
import { executeStep } from './steps.ts'

/** Trying again cannot bring back a file that was replaced, or a batch that is gone. */
const PERMANENT_SELECTION_ERRORS: readonly ErrorCode[] = ['source-changed', 'bad-source', 'not-found']

/**
 * Goes on with a batch: chooses its images, or does the step that its run is at, and has the next one done by another
 * message. May come at any time, and as often as it likes: what is done is not done again.
 */
export async function runBatch({ batch, batchId, runId }: RunBatchMessage, ports: Ports): Promise<void> {
  const found = await findBatch(batch, ports)
  if (found?.value.batchId !== batchId) return
  if (found.value.state === 'selecting') return choose(batch, batchId, ports)
  const state = await publishBatchEvents(batch, found.value, ports)
  const at = findCursor(batch, batchId, runId, state)
  if (at) await runStep(at, ports)
}

async function choose(batch: string, batchId: string, ports: Ports): Promise<void> {
  const chosen = await chooseImages(batch, batchId, ports).catch((error: unknown) => {
    if (!(error instanceof AppError) || !PERMANENT_SELECTION_ERRORS.includes(error.code)) throw error
    return error.code === 'not-found' ? undefined : failBatch(batch, batchId, error, ports)
  })
  if (!chosen) return
  const state = await publishBatchEvents(batch, chosen.value, ports)
  if (state.batchId === batchId && state.run?.state === 'running') await enqueueRunBatch(batch, state, ports)
}

async function runStep(place: StepCursor, ports: Ports): Promise<void> {
  const at = place.step.state === 'waiting' ? await beginStep(place, ports) : place
  if (!at) return
  ports.log.info('run.step_started', { step: at.step.step })
  const outcome = await executeStep(at.batch, at.state, at.step, ports).catch(async (error: unknown) => {
    if (!(error instanceof AppError) || isServerError(error)) throw error
    // A quota is not free again in minutes: that is told as well.
    await failStep(at, error, ports)
    return 'waits' as const
  })
  if (outcome === 'stopped') await stopStep(at, ports)
  else if (outcome !== 'waits') await completeStep(at, outcome, ports)
}

/** Writes down as failed what a message that kept failing was to do. @param why the error, given what that was */
export async function deadLetterRun(
  { batch, batchId, runId }: RunBatchMessage,
  why: (what: string) => AppError,
  ports: Ports,
): Promise<void> {
  const found = await findBatch(batch, ports)
  if (found?.value.batchId !== batchId) return
  if (found.value.state === 'selecting') return failBatch(batch, batchId, why('Choosing its images'), ports)
  const state = await publishBatchEvents(batch, found.value, ports)
  const at = findCursor(batch, batchId, runId, state)
  if (at) await failStep(at, why(DOING[at.step.step]), ports)
}

const DOING = {
  copy: 'Copying its images',
  manifest: 'Writing its manifest',
  label: 'Starting its labeling job',
} as const
