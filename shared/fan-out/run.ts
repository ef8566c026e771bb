import { AppError } from '../errors.ts'
import type { Ports } from '../ports.ts'
import { finishIfComplete, followUp } from './finish.ts'
import type { ChunkMessage } from './messages.ts'
import { latestReceipts, readReceipt, writeReceipt } from './receipts.ts'
import { type RoundRef, type RoundStart, readEnd, readStart, receiptNumbers } from './round.ts'

/** What a chunk's worker finds: the round open, or nothing left to do. */
async function openRound<Subject, Receipt, Totals>(
  ref: RoundRef<Subject, Receipt, Totals>,
  ports: Ports,
): Promise<RoundStart | undefined> {
  const [start, end] = await Promise.all([readStart(ref, ports), readEnd(ref, ports)])
  if (start && end) await followUp(ref, end, ports)
  if (!start) await ref.work.cleanUp?.(ref.subject, ports)
  return end ? undefined : start
}

/** Sends a message for each chunk of the round that has no receipt yet. */
export async function sendChunks<Subject, Receipt, Totals>(
  ref: RoundRef<Subject, Receipt, Totals>,
  subject: Readonly<Record<string, string>>,
  ports: Ports,
): Promise<void> {
  const start = await openRound(ref, ports)
  if (!start) return
  const done = await receiptNumbers(ref, ports)
  const left = start.chunks.filter((chunk) => !done.has(chunk))
  const message = (chunk: number): ChunkMessage => ({
    work: ref.work.name,
    subject,
    round: ref.round,
    chunk,
    requestId: ports.requestId,
  })
  ports.log.info('round sent out', { chunks: start.chunks.length, left: left.length })
  if (left.length > 0) await ports.messages.send('chunks', left.map(message))
  else await finishIfComplete(ref, start, ports)
}

/** Does one chunk, once: a message that comes again, late, or for a round that is over does nothing more. */
export async function runChunk<Subject, Receipt extends object, Totals>(
  ref: RoundRef<Subject, Receipt, Totals>,
  chunk: number,
  ports: Ports,
): Promise<void> {
  const start = await openRound(ref, ports)
  if (!start?.chunks.includes(chunk)) return
  if (!(await readReceipt(ref, chunk, ports))) {
    const before = await receiptBefore(ref, chunk, ports)
    const receipt = await ref.work.runChunk(ref.subject, chunk, before, ports).catch((error: unknown) => {
      if (!isHopeless(error)) throw error
      return ref.work.giveUp(ref.subject, chunk, before, error.message, ports)
    })
    await writeReceipt(ref, chunk, receipt, ports)
    ports.log.info('chunk done')
  }
  await finishIfComplete(ref, start, ports)
  await ref.work.cleanUp?.(ref.subject, ports)
}

/** Gives up chunks whose messages kept failing, so that the round ends all the same. */
export async function giveUpChunks<Subject, Receipt extends object, Totals>(
  ref: RoundRef<Subject, Receipt, Totals>,
  chunks: readonly number[] | 'all',
  reason: string,
  ports: Ports,
): Promise<void> {
  const start = await openRound(ref, ports)
  if (!start) return
  const done = await receiptNumbers(ref, ports)
  for (const chunk of chunks === 'all' ? start.chunks : chunks) {
    if (done.has(chunk) || !start.chunks.includes(chunk)) continue
    const before = await receiptBefore(ref, chunk, ports)
    ports.log.warn('chunk given up', { givenUp: chunk, reason })
    await writeReceipt(ref, chunk, await ref.work.giveUp(ref.subject, chunk, before, reason, ports), ports)
  }
  await finishIfComplete(ref, start, ports)
}

async function receiptBefore<Subject, Receipt, Totals>(
  ref: RoundRef<Subject, Receipt, Totals>,
  chunk: number,
  ports: Ports,
): Promise<Receipt | undefined> {
  if (ref.round === 1) return undefined
  return (await latestReceipts({ ...ref, round: ref.round - 1 }, ports, [chunk])).get(chunk)
}

/** The caller's own mistakes: the same message would fail in the same way. */
const isHopeless = (error: unknown): error is AppError =>
  error instanceof AppError &&
  !['internal', 'upstream-failed', 'upstream-timeout', 'quota-reached'].includes(error.code)
