import { AppError, type ErrorCode, isServerError } from '../../contracts/errors.ts'
import { toStoredProblem } from '../../contracts/stored-problem.ts'
import { CorruptStateError, readOrCorrupt } from '../../platform/state/corrupt-state.ts'
import { publishEvent } from '../../platform/state/domain-event.ts'
import { chooseImages, failBatch } from '../../selection/choose-images.ts'
import { findSameBatch } from '../record/find-same-batch.ts'
import { enqueueRunBatch, type RunBatchMessage } from '../record/messages.ts'
import { publishBatchEvents } from '../record/store.ts'
import { beginStep, completeStep, failStep, findCursor, type StepCursor, stopStep } from './step-cursor.ts'
import { executeStep, isKnownStep, type StepPorts, UnknownStepError } from './steps.ts'

/** Retrying cannot bring back a file that was replaced, or a batch that is gone. */
const PERMANENT_SELECTION_ERRORS: readonly ErrorCode[] = ['source-changed', 'bad-source', 'not-found']

/**
 * Does the next piece of work on a batch: chooses its images, or executes the step that its run is at, and enqueues the
 * next one. Idempotent: a message that comes twice or late does nothing more.
 */
export async function runBatch({ batch, batchId, runId }: RunBatchMessage, ports: StepPorts): Promise<void> {
  const found = await findSameBatch(batch, batchId, ports)
  if (!found) return
  if (found.value.state === 'selecting') return selectImages(batch, batchId, ports)
  const state = await publishBatchEvents(batch, found, ports)
  const cursor = findCursor(batch, batchId, runId, state)
  if (cursor) await runStep(cursor, ports)
}

async function selectImages(batch: string, batchId: string, ports: StepPorts): Promise<void> {
  const selected = await chooseImages(batch, batchId, ports).catch((error: unknown) => {
    if (!(error instanceof AppError) || !PERMANENT_SELECTION_ERRORS.includes(error.code)) throw error
    return error.code === 'not-found' ? undefined : failBatch(batch, batchId, error, ports)
  })
  if (!selected) return
  const state = await publishBatchEvents(batch, selected, ports)
  if (state.batchId === batchId && state.run?.state === 'running') await enqueueRunBatch(batch, state, ports)
}

async function runStep(waiting: StepCursor, ports: StepPorts): Promise<void> {
  if (!isKnownStep(waiting.step)) throw new UnknownStepError(waiting.step)
  const cursor = waiting.step.state === 'waiting' ? await beginStep(waiting, ports) : waiting
  if (!cursor) return
  ports.log.info('run.step_started', { step: cursor.step.step })
  const outcome = await executeStep(cursor.batch, cursor.state, cursor.step, ports).catch(async (error: unknown) => {
    if (!(error instanceof AppError) || isServerError(error)) throw error
    // `quota-reached` fails the step too: a quota is not free again within minutes.
    await failStep(cursor, error, ports)
    return 'waits' as const
  })
  if (outcome === 'stopped') await stopStep(cursor, ports)
  else if (outcome !== 'waits') await completeStep(cursor, outcome, ports)
}

/**
 * Records as failed what a message in the dead-letter queue was to do. When the batch cannot be read, only the event says
 * so; repeating the request resumes the batch once it is restored.
 * @param toError makes the error, given what kept failing
 */
export async function deadLetterRun(
  message: RunBatchMessage,
  toError: (what: string) => AppError,
  ports: StepPorts,
): Promise<void> {
  const { batch, batchId, runId } = message
  const found = await readOrCorrupt(findSameBatch(batch, batchId, ports))
  if (found instanceof CorruptStateError) return publishUnreadable(message, found, ports)
  if (!found) return
  if (found.value.state === 'selecting') return failBatch(batch, batchId, toError('Choosing the images'), ports)
  const state = await publishBatchEvents(batch, found, ports)
  const cursor = findCursor(batch, batchId, runId, state)
  if (!cursor) return
  if (!isKnownStep(cursor.step)) throw new UnknownStepError(cursor.step)
  await failStep(cursor, toError(STEP_NAMES[cursor.step.step]), ports)
}

async function publishUnreadable(
  { batch, batchId, runId = batchId }: RunBatchMessage,
  error: CorruptStateError,
  ports: StepPorts,
): Promise<void> {
  ports.log.error('state.corrupt', { key: error.key })
  // Another key than that of a failure that the batch records, which may still follow.
  const dedupKey = `${runId} ${error.etag ?? 'missing'}`
  const data = { batch, batchId, problem: toStoredProblem(error) }
  const timestamp = ports.now().toISOString()
  await publishEvent({ type: 'batch.failed', subject: error.key, dedupKey, timestamp, data }, ports)
}

const STEP_NAMES = {
  copy: 'Copying the images',
  manifest: 'Writing the manifest',
  label: 'Creating the labeling job',
} as const
