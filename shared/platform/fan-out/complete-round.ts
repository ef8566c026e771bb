import type { AppError } from '../../contracts/errors.ts'
import type { Ports } from '../ports.ts'
import { publishEvent } from '../state/domain-event.ts'
import { createState, replaceState, type State } from '../state/record.ts'
import { type EventDraft, isPermanent } from './job.ts'
import { latestReceipts, listReceipts } from './receipts.ts'
import { type AnyRound, endRef, type RoundEnd, type RoundRef, type RoundStart, readEnd } from './round.ts'

/** The ports that this file uses. */
type Needs = Pick<Ports, 'config' | 'objects' | 'now' | 'newId'>

/** What a worker's message is about: one chunk, or the whole round. */
export type MessageScope = number | 'round'

/**
 * Completes the round if every chunk has its receipt. One conditional write of the totals decides which worker does.
 * @param scope of the worker's message, which is redelivered until what follows the round is done
 */
export async function completeRound<Subject, Receipt, Totals>(
  ref: RoundRef<Subject, Receipt, Totals>,
  start: RoundStart,
  scope: MessageScope,
  ports: Ports,
): Promise<void> {
  const receipts = await listReceipts(ref, ports)
  if (!start.chunks.every((chunk) => receipts.has(chunk))) return
  const totals = ref.job.total(await latestReceipts(ref, ports))
  const endedBy = scope === 'round' ? undefined : scope
  const endedAt = ports.now().toISOString()
  await createState(endRef(ref, ports), { state: 'finished', totals, endedAt, endedBy }, ports)
  const end = await readEnd(ref, ports)
  if (end) await runOnComplete(ref, end, scope, ports)
}

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

/** Ends an open round as cancelled. Returns false when it had ended already. What its chunks did stays. */
export async function cancelRound(ref: AnyRound, ports: Needs): Promise<boolean> {
  const totals = ref.job.total(await latestReceipts(ref, ports))
  const endedAt = ports.now().toISOString()
  return createState(endRef(ref, ports), { state: 'cancelled', totals, endedAt }, ports)
}
