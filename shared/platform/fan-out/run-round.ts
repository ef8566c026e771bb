import type { AppError } from '../../contracts/errors.ts'
import type { Ports } from '../ports.ts'
import { completeRound, type MessageScope, runOnComplete } from './complete-round.ts'
import { isPermanent, SubjectGoneError } from './job.ts'
import type { ChunkMessage } from './messages.ts'
import { latestReceipts, listReceipts, readReceipt, writeReceipt } from './receipts.ts'
import { type RoundRef, type RoundStart, readEnd, readStart } from './round.ts'

/** Sends a message for each chunk of the round that has no receipt yet. */
export function dispatchRound<Subject, Receipt, Totals>(
  ref: RoundRef<Subject, Receipt, Totals>,
  subject: Readonly<Record<string, string>>,
  ports: Ports,
): Promise<void> {
  return inOpenRound(ref, 'round', ports, async (start) => {
    const done = await listReceipts(ref, ports)
    const left = start.chunks.filter((chunk) => !done.has(chunk))
    const { job, round } = ref
    const toMessage = (chunk: number): ChunkMessage => ({
      job: job.name,
      subject,
      round,
      chunk,
      requestId: ports.requestId,
    })
    ports.log.info('round.dispatched', { chunks: start.chunks.length, left: left.length })
    if (left.length > 0) await ports.messages.send('chunks', left.map(toMessage))
    else await completeRound(ref, start, 'round', ports)
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
    if (!(await readReceipt(ref, chunk, ports))) {
      receipt = await doChunk(ref, chunk, ports)
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
  ports: Ports,
): Promise<Receipt> {
  const before = await readReceiptBefore(ref, chunk, ports)
  try {
    return await ref.job.runChunk(ref.subject, chunk, before, ports)
  } catch (error) {
    if (!isPermanent(error)) throw error
    return ref.job.deadLetterChunk(ref.subject, chunk, before, error, ports)
  }
}

/**
 * Records a chunk as failed whose message is in the dead-letter queue, or all that are left if the message was about
 * the round, so that the round ends. If the round has ended by this message already, `onComplete` kept failing: then
 * the job fails as a whole.
 */
export function deadLetterChunks<Subject, Receipt extends object, Totals>(
  ref: RoundRef<Subject, Receipt, Totals>,
  scope: MessageScope,
  error: AppError,
  ports: Ports,
): Promise<void> {
  const recordFailed = async (start: RoundStart): Promise<void> => {
    const done = await listReceipts(ref, ports)
    for (const chunk of scope === 'round' ? start.chunks : [scope]) {
      if (done.has(chunk) || !start.chunks.includes(chunk)) continue
      const before = await readReceiptBefore(ref, chunk, ports)
      ports.log.warn('chunk.dead_lettered', { deadLettered: chunk, reason: error.message })
      await writeReceipt(ref, chunk, await ref.job.deadLetterChunk(ref.subject, chunk, before, error, ports), ports)
    }
    await completeRound(ref, start, scope, ports)
  }
  return inOpenRound(ref, scope, ports, recordFailed, error)
}

/**
 * Runs `act` on a round that is open. For a round that has ended, runs what follows it, if that is not done. Cleans up
 * after a round that is gone, or whose subject is.
 * @param cause why the message is in the dead-letter queue; if the round has ended, it was `onComplete` that kept failing
 */
async function inOpenRound<Subject, Receipt, Totals>(
  ref: RoundRef<Subject, Receipt, Totals>,
  scope: MessageScope,
  ports: Ports,
  act: (start: RoundStart) => Promise<void>,
  cause?: AppError,
): Promise<void> {
  const [start, end] = await Promise.all([readStart(ref, ports), readEnd(ref, ports)])
  if (!start) return cleanUp(ref, ports)
  try {
    if (!end) return await act(start)
    await runOnComplete(ref, end, scope, ports, cause)
  } catch (error) {
    if (!(error instanceof SubjectGoneError)) throw error
  }
  // A worker that crashed after its round had ended may have left something behind.
  await cleanUp(ref, ports)
}

const cleanUp = async <Subject, Receipt, Totals>(
  { job, subject }: RoundRef<Subject, Receipt, Totals>,
  ports: Ports,
  receipt?: Receipt,
): Promise<void> => job.cleanUp?.(subject, ports, receipt)

async function readReceiptBefore<Subject, Receipt, Totals>(
  ref: RoundRef<Subject, Receipt, Totals>,
  chunk: number,
  ports: Pick<Ports, 'config' | 'objects'>,
): Promise<Receipt | undefined> {
  if (ref.round === 1) return undefined
  return (await latestReceipts({ ...ref, round: ref.round - 1 }, ports, [chunk])).get(chunk)
}
