import { AppError } from '../../contracts/errors.ts'
import type { Ports } from '../ports.ts'
import { CorruptStateError, readOrCorrupt } from '../state/corrupt-state.ts'
import { completeRound, type MessageScope, runOnComplete } from './complete-round.ts'
import { isPermanent, SubjectGoneError } from './job.ts'
import { type StartRoundMessage, sendChunks } from './messages.ts'
import { findReceipts, listReceipts, readReceipt, writeReceipt } from './receipts.ts'
import { type RoundRef, type RoundStart, readEnd, readStart, writeStart } from './round.ts'
import { type CheckStep, checkRound, sendCheck } from './watch-round.ts'

/**
 * Sends a message for each chunk of the round that has no receipt yet, and one that comes back later to see that the
 * round goes on. That one sends the chunks again when nothing has happened for an hour, as a receipt can be lost after
 * its message is gone, and records what is left as failed after a day: every round ends.
 */
export function dispatchRound<Subject, Receipt extends object, Totals>(
  ref: RoundRef<Subject, Receipt, Totals>,
  { check }: Pick<StartRoundMessage, 'check'>,
  ports: Ports,
): Promise<void> {
  return inOpenRound(ref, 'round', ports, async (start) => {
    const done = await listReceipts(ref, ports)
    const left = start.chunks.filter((chunk) => !done.has(chunk))
    if (left.length === 0) {
      await completeRound(ref, start, 'round', ports)
      return cleanUp(ref, ports)
    }
    const step: CheckStep = checkRound(check, done.size)
    if (step.action === 'dead-letter') {
      const error = new AppError('internal', 'No part of the work was done for a day; the log has the cause.')
      return recordFailed(ref, start, 'round', error, ports)
    }
    if (step.action === 'send') {
      ports.log.info('round.dispatched', { chunks: start.chunks.length, left: left.length })
      await sendChunks(ref, left, ports)
    }
    await sendCheck(ref, step.next, ports)
  })
}

/** Does one chunk and writes its receipt. A message that is redelivered, late, or of an ended round does nothing more. */
export function runChunk<Subject, Receipt extends object, Totals>(
  ref: RoundRef<Subject, Receipt, Totals>,
  chunk: number,
  ports: Ports,
): Promise<void> {
  return inOpenRound(ref, chunk, ports, async (start) => {
    if (!start.chunks.includes(chunk)) return
    let receipt: Receipt | undefined
    const existing = await readOrCorrupt(readReceipt(ref, chunk, ports))
    // A chunk is safe to do twice, so one whose receipt cannot be read is done again.
    if (!existing || existing instanceof CorruptStateError) {
      receipt = await doChunk(ref, chunk, start, ports)
      await writeReceipt(ref, chunk, receipt, ports)
      ports.log.info('chunk.completed')
    }
    await completeRound(ref, start, chunk, ports)
    await cleanUp(ref, ports, receipt)
  })
}

async function doChunk<Subject, Receipt extends object, Totals>(
  ref: RoundRef<Subject, Receipt, Totals>,
  chunk: number,
  start: RoundStart,
  ports: Ports,
): Promise<Receipt> {
  const before = await readReceiptBefore(ref, chunk, ports)
  try {
    return await ref.job.runChunk(ref.subject, chunk, before, ports, start)
  } catch (error) {
    if (!isPermanent(error)) throw error
    return ref.job.deadLetterChunk(ref.subject, chunk, before, error, ports, start)
  }
}

/**
 * Records a chunk as failed whose message is in the dead-letter queue, or all that are left if the message was about
 * the round, so that the round ends. If the round has ended by this message already, `onComplete` kept failing: then
 * the job fails as a whole.
 */
export const deadLetterChunks = <Subject, Receipt extends object, Totals>(
  ref: RoundRef<Subject, Receipt, Totals>,
  scope: MessageScope,
  error: AppError,
  ports: Ports,
): Promise<void> => inOpenRound(ref, scope, ports, (start) => recordFailed(ref, start, scope, error, ports), error)

async function recordFailed<Subject, Receipt extends object, Totals>(
  ref: RoundRef<Subject, Receipt, Totals>,
  start: RoundStart,
  scope: MessageScope,
  error: AppError,
  ports: Ports,
): Promise<void> {
  const done = await listReceipts(ref, ports)
  for (const chunk of scope === 'round' ? start.chunks : [scope]) {
    if (done.has(chunk) || !start.chunks.includes(chunk)) continue
    const before = await readReceiptBefore(ref, chunk, ports)
    ports.log.warn('chunk.dead_lettered', { deadLettered: chunk, reason: error.message })
    const receipt = await ref.job.deadLetterChunk(ref.subject, chunk, before, error, ports, start)
    await writeReceipt(ref, chunk, receipt, ports)
  }
  await completeRound(ref, start, scope, ports)
  // Another worker may have ended the round meanwhile, and the subject been deleted with it.
  await cleanUp(ref, ports)
}

/**
 * Runs `act` on a round that is open. For a round that has ended, runs what follows it, if that is not done. Cleans up
 * after a round whose subject is gone.
 *
 * A start that was lost or damaged is planned again, and an end that cannot be read is written again.
 * @param cause why the message is in the dead-letter queue; if the round has ended, it was `onComplete` that kept failing
 */
async function inOpenRound<Subject, Receipt, Totals>(
  ref: RoundRef<Subject, Receipt, Totals>,
  scope: MessageScope,
  ports: Ports,
  act: (start: RoundStart) => Promise<void>,
  cause?: AppError,
): Promise<void> {
  try {
    const [found, end] = await Promise.all([readOrCorrupt(readStart(ref, ports)), readOrCorrupt(readEnd(ref, ports))])
    if (end && !(end instanceof CorruptStateError)) await runOnComplete(ref, end, scope, ports, cause)
    else {
      const start = found && !(found instanceof CorruptStateError) ? found : await restoreStart(ref, ports)
      if (start) return await act(start)
    }
  } catch (error) {
    if (!(error instanceof SubjectGoneError)) throw error
  }
  // A worker that crashed after its round had ended may have left something behind.
  await cleanUp(ref, ports)
}

/** Writes the start of a round again. Returns `undefined` when the subject is gone. */
async function restoreStart<Subject, Receipt, Totals>(
  ref: RoundRef<Subject, Receipt, Totals>,
  ports: Ports,
): Promise<RoundStart | undefined> {
  const chunks = await ref.job.planChunks(ref.subject, ref.round, ports)
  if (!chunks) return undefined
  await writeStart(ref, chunks, ports)
  ports.log.warn('round.restored', { chunks: chunks.length })
  return readStart(ref, ports)
}

const cleanUp = async <Subject, Receipt, Totals>(
  { job, subject }: RoundRef<Subject, Receipt, Totals>,
  ports: Ports,
  receipt?: Receipt,
): Promise<void> => job.cleanUp?.(subject, ports, receipt)

/** Reads the chunk's receipt of the latest earlier round that has one; one that cannot be read counts as none. */
async function readReceiptBefore<Subject, Receipt, Totals>(
  ref: RoundRef<Subject, Receipt, Totals>,
  chunk: number,
  ports: Pick<Ports, 'config' | 'objects'>,
): Promise<Receipt | undefined> {
  if (ref.round === 1) return undefined
  return (await findReceipts({ ...ref, round: ref.round - 1 }, ports, [chunk])).receipts.get(chunk)
}
