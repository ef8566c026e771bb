import type { AppError } from '../../contracts/errors.ts'
import type { Ports } from '../ports.ts'
import { completeRound, type MessageScope, runOnComplete } from './complete.ts'
import { isPermanent, SubjectGoneError } from './job.ts'
import type { ChunkMessage } from './messages.ts'
import { latestReceipts, readReceipt, writeReceipt } from './receipts.ts'
import { type RoundRef, type RoundStart, readEnd, readStart, receiptNumbers } from './round.ts'

/**
 * Works on a round that is open; one that has ended is followed up, and what is left of one that is gone, or whose
 * subject turns out to be, is cleaned up.
 * @param by whose message it is
 * @param givenUp when the message kept failing: if the round has ended, it was what follows that did
 */
async function inOpenRound<Subject, Receipt, Totals>(
  ref: RoundRef<Subject, Receipt, Totals>,
  by: MessageScope,
  ports: Ports,
  act: (start: RoundStart) => Promise<void>,
  givenUp?: AppError,
): Promise<void> {
  const [start, end] = await Promise.all([readStart(ref, ports), readEnd(ref, ports)])
  if (!start) return cleanUp(ref, ports)
  try {
    if (!end) return await act(start)
    await runOnComplete(ref, end, by, ports, givenUp)
  } catch (error) {
    if (!(error instanceof SubjectGoneError)) throw error
  }
  // A chunk's worker that died may have left something behind the end of its round.
  await cleanUp(ref, ports)
}

const cleanUp = async <Subject, Receipt, Totals>(
  { job, subject }: RoundRef<Subject, Receipt, Totals>,
  ports: Ports,
  receipt?: Receipt,
): Promise<void> => job.cleanUp?.(subject, ports, receipt)

/** Sends a message for each chunk of the round that has no receipt yet. */
export function dispatchRound<Subject, Receipt, Totals>(
  ref: RoundRef<Subject, Receipt, Totals>,
  subject: Readonly<Record<string, string>>,
  ports: Ports,
): Promise<void> {
  return inOpenRound(ref, 'round', ports, async (start) => {
    const done = await receiptNumbers(ref, ports)
    const left = start.chunks.filter((chunk) => !done.has(chunk))
    const message = (chunk: number): ChunkMessage => ({
      job: ref.job.name,
      subject,
      round: ref.round,
      chunk,
      requestId: ports.requestId,
    })
    ports.log.info('round.dispatched', { chunks: start.chunks.length, left: left.length })
    if (left.length > 0) await ports.messages.send('chunks', left.map(message))
    else await completeRound(ref, start, 'round', ports)
  })
}

/** Does one chunk, once: a message that comes again, late, or for a round that is over does nothing more. */
export function runChunk<Subject, Receipt extends object, Totals>(
  ref: RoundRef<Subject, Receipt, Totals>,
  chunk: number,
  ports: Ports,
): Promise<void> {
  return inOpenRound(ref, chunk, ports, async (start) => {
    if (!start.chunks.includes(chunk)) return
    let done: Receipt | undefined
    if (!(await readReceipt(ref, chunk, ports))) {
      const before = await receiptBefore(ref, chunk, ports)
      const receipt = await ref.job.runChunk(ref.subject, chunk, before, ports).catch((error: unknown) => {
        if (!isPermanent(error)) throw error
        return ref.job.deadLetterChunk(ref.subject, chunk, before, error, ports)
      })
      await writeReceipt(ref, chunk, receipt, ports)
      done = receipt
      ports.log.info('chunk.completed')
    }
    await completeRound(ref, start, chunk, ports)
    await cleanUp(ref, ports, done)
  })
}

/**
 * Gives up a chunk whose message kept failing, or all that are left if it was the round's, so that the round ends all
 * the same. If this message had ended it already, what follows kept failing: then the work fails.
 */
export function deadLetterChunks<Subject, Receipt extends object, Totals>(
  ref: RoundRef<Subject, Receipt, Totals>,
  by: MessageScope,
  error: AppError,
  ports: Ports,
): Promise<void> {
  const giveUp = async (start: RoundStart): Promise<void> => {
    const done = await receiptNumbers(ref, ports)
    for (const chunk of by === 'round' ? start.chunks : [by]) {
      if (done.has(chunk) || !start.chunks.includes(chunk)) continue
      const before = await receiptBefore(ref, chunk, ports)
      ports.log.warn('chunk.dead_lettered', { deadLettered: chunk, reason: error.message })
      await writeReceipt(ref, chunk, await ref.job.deadLetterChunk(ref.subject, chunk, before, error, ports), ports)
    }
    await completeRound(ref, start, by, ports)
  }
  return inOpenRound(ref, by, ports, giveUp, error)
}

async function receiptBefore<Subject, Receipt, Totals>(
  ref: RoundRef<Subject, Receipt, Totals>,
  chunk: number,
  ports: Ports,
): Promise<Receipt | undefined> {
  if (ref.round === 1) return undefined
  return (await latestReceipts({ ...ref, round: ref.round - 1 }, ports, [chunk])).get(chunk)
}
