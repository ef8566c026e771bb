import type { AppError } from '../../contracts/errors.ts'
import type { Ports } from '../ports.ts'
import { publishEvent } from '../state/domain-event.ts'
import { createState, replaceState, type State } from '../state/record.ts'
import { isPermanent } from './job.ts'
import { latestReceipts } from './receipts.ts'
import {
  type AnyRound,
  endKey,
  type RoundEnd,
  type RoundRef,
  type RoundStart,
  readEnd,
  receiptNumbers,
} from './round.ts'

/** Whose message a worker has: that of a chunk, or one about the whole round. */
export type MessageScope = number | 'round'

/**
 * Ends the round if every chunk has its receipt: one conditional write of the totals decides who does.
 * @param by whose message it is: until what follows is marked as done, that message comes again
 */
export async function completeRound<Subject, Receipt, Totals>(
  ref: RoundRef<Subject, Receipt, Totals>,
  start: RoundStart,
  by: MessageScope,
  ports: Ports,
): Promise<void> {
  const receipts = await receiptNumbers(ref, ports)
  if (!start.chunks.every((chunk) => receipts.has(chunk))) return
  const totals = ref.job.total(await latestReceipts(ref, ports))
  const endedBy = by === 'round' ? undefined : by
  const endedAt = ports.now().toISOString()
  await createState(ports, endKey(ref, ports), { state: 'finished', totals, endedAt, endedBy })
  const end = await readEnd(ref, ports)
  if (end) await runOnComplete(ref, end, by, ports)
}

/**
 * Does what follows an ended round, sends its event and marks it done; may happen twice, with one event id.
 * It is for the message of the chunk that ended the round, which comes again until it is done, or for one about the
 * whole round: the others need not do the same at the same time.
 * @param givenUp when doing what follows kept failing: why the work fails instead
 */
export async function runOnComplete<Subject, Receipt, Totals>(
  { job, subject, round }: RoundRef<Subject, Receipt, Totals>,
  end: State<RoundEnd>,
  by: MessageScope,
  ports: Ports,
  givenUp?: AppError,
): Promise<void> {
  const { state, endedBy = 'round', completedAt } = end.value
  const isTheirs = by === endedBy || (by === 'round' && !givenUp)
  if (state === 'cancelled' || completedAt !== undefined || !isTheirs) return
  const totals = job.totals.parse(end.value.totals)
  const fail = (error: unknown) => {
    if (!isPermanent(error)) throw error
    return job.onFailure(subject, totals, error, ports)
  }
  const event = givenUp
    ? await job.onFailure(subject, totals, givenUp, ports)
    : await job.onComplete(subject, totals, ports).catch(fail)
  if (event) {
    const { type, data, afterPublish } = event
    const what = job.roundsKey(subject, ports.config)
    await publishEvent({ type, subject: what, dedupKey: round, timestamp: end.value.endedAt, data }, ports)
    await afterPublish?.()
  }
  const followed = { ...end.value, completedAt: ports.now().toISOString() }
  await replaceState(ports, endKey({ job, subject, round }, ports), end.etag, followed)
  ports.log.info('round.completed', { published: event?.type })
}

/** Ends a round that is still open as cancelled; false when it had ended already. Its work so far stands. */
export async function cancelRound(ref: AnyRound, ports: Ports): Promise<boolean> {
  const totals = ref.job.total(await latestReceipts(ref, ports))
  const endedAt = ports.now().toISOString()
  return createState(ports, endKey(ref, ports), { state: 'cancelled', totals, endedAt })
}
