import type { AppError } from '../../contracts/errors.ts'
import type { Ports } from '../ports.ts'
import { publishEvent } from '../state/domain-event.ts'
import { replaceState, type State } from '../state/record.ts'
import { type EventDraft, isPermanent } from './job.ts'
import { sendChunks } from './messages.ts'
import { findReceipts, listReceipts } from './receipts.ts'
import { type AnyRound, endRef, type RoundEnd, type RoundRef, type RoundStart, readEnd, writeEnd } from './round.ts'

/** What a worker's message is about: one chunk, or the whole round. */
export type MessageScope = number | 'round'

/**
 * Completes the round if every chunk has its receipt. One conditional write of the totals decides which worker does. A
 * chunk of this round whose receipt is corrupt is done again. One of an earlier round counts as failed, for a reason that
 * names the object, and the next round does it again.
 * @param scope of the worker's message, which is redelivered until what follows the round is done
 */
export async function completeRound<Subject, Receipt, Totals>(
  ref: RoundRef<Subject, Receipt, Totals>,
  start: RoundStart,
  scope: MessageScope,
  ports: Ports,
): Promise<void> {
  const listed = await listReceipts(ref, ports)
  if (!start.chunks.every((chunk) => listed.has(chunk))) return
  const { receipts, corrupt } = await findReceipts(ref, ports)
  for (const { key } of corrupt.values()) ports.log.error('state.corrupt', { key })
  const own = start.chunks.filter((chunk) => corrupt.has(chunk))
  // Their workers replace what cannot be read.
  if (own.length > 0) return sendChunks(ref, own, ports)
  for (const [chunk, error] of corrupt)
    receipts.set(chunk, await ref.job.deadLetterChunk(ref.subject, chunk, undefined, error, ports, {}))
  // One may have been lost since they were listed.
  if (!start.chunks.every((chunk) => receipts.has(chunk))) return
  const endedBy = scope === 'round' ? undefined : scope
  const endedAt = ports.now().toISOString()
  await writeEnd(ref, { state: 'finished', totals: ref.job.total(inOrder(receipts)), endedAt, endedBy }, ports)
  const end = await readEnd(ref, ports)
  if (end) await runOnComplete(ref, end, scope, ports)
}

const inOrder = <Receipt>(receipts: ReadonlyMap<number, Receipt>): Map<number, Receipt> =>
  new Map([...receipts].sort(([left], [right]) => left - right))

/**
 * Does what follows an ended round, publishes its event and marks the round as completed. May happen twice, with one
 * event id. Only the message of the chunk that ended the round does it, or a message about the whole round: the other
 * workers need not do the same at the same time.
 * @param cause why `onComplete` kept failing, in the dead-letter consumer: `onFailure` runs instead
 */
export async function runOnComplete<Subject, Receipt, Totals>(
  ref: RoundRef<Subject, Receipt, Totals>,
  end: State<RoundEnd>,
  scope: MessageScope,
  ports: Ports,
  cause?: AppError,
): Promise<void> {
  const { state, endedBy = 'round', completedAt } = end.value
  const isResponsible = scope === endedBy || (scope === 'round' && !cause)
  if (state === 'cancelled' || completedAt !== undefined || !isResponsible) return
  const event = await finishSubject(ref, ref.job.totals.parse(end.value.totals), ports, cause)
  if (event) {
    const { type, data, afterPublish } = event
    const subject = ref.job.roundsKey(ref.subject, ports.config)
    await publishEvent({ type, subject, dedupKey: ref.round, timestamp: end.value.endedAt, data }, ports)
    await afterPublish?.()
  }
  const completed: RoundEnd = { ...end.value, completedAt: ports.now().toISOString() }
  await replaceState(endRef(ref, ports), end, completed, ports)
  ports.log.info('round.completed', { published: event?.type })
}

async function finishSubject<Subject, Receipt, Totals>(
  { job, subject }: RoundRef<Subject, Receipt, Totals>,
  totals: Totals,
  ports: Ports,
  cause: AppError | undefined,
): Promise<EventDraft | undefined> {
  if (cause) return job.onFailure(subject, totals, cause, ports)
  try {
    return await job.onComplete(subject, totals, ports)
  } catch (error) {
    if (!isPermanent(error)) throw error
    return job.onFailure(subject, totals, error, ports)
  }
}

/**
 * Ends an open round as cancelled, whatever its receipts are. Returns false when it had ended already. What its chunks
 * did stays.
 */
export const cancelRound = (
  ref: AnyRound,
  ports: Pick<Ports, 'config' | 'objects' | 'now' | 'newId'>,
): Promise<boolean> => writeEnd(ref, { state: 'cancelled', endedAt: ports.now().toISOString() }, ports)
