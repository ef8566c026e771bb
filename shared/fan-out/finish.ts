import { createHash } from 'node:crypto'
import type { AppError } from '../errors.ts'
import type { Ports } from '../ports.ts'
import { createState, replaceState, type State } from '../state.ts'
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
import { isHopeless } from './work.ts'

/**
 * Ends the round if every chunk has its receipt: one conditional write of the totals decides who does.
 * Whoever finds an ended round whose following was not marked follows up again, so that it is never lost.
 */
export async function finishIfComplete<Subject, Receipt, Totals>(
  ref: RoundRef<Subject, Receipt, Totals>,
  start: RoundStart,
  ports: Ports,
): Promise<void> {
  const receipts = await receiptNumbers(ref, ports)
  if (!start.chunks.every((chunk) => receipts.has(chunk))) return
  const totals = ref.work.total(await latestReceipts(ref, ports))
  await createState(ports, endKey(ref, ports), { state: 'finished', totals, endedAt: ports.now().toISOString() })
  const end = await readEnd(ref, ports)
  if (end) await followUp(ref, end, ports)
}

/**
 * Does what follows an ended round, sends its event and marks it done; may happen twice, with one event id.
 * @param givenUp when doing what follows kept failing: why the work fails instead
 */
export async function followUp<Subject, Receipt, Totals>(
  { work, subject, round }: RoundRef<Subject, Receipt, Totals>,
  end: State<RoundEnd>,
  ports: Ports,
  givenUp?: AppError,
): Promise<void> {
  if (end.value.state === 'cancelled' || end.value.followedAt !== undefined) return
  const totals = work.totals.parse(end.value.totals)
  const fail = (error: unknown) => {
    if (!isHopeless(error)) throw error
    return work.fail(subject, totals, error, ports)
  }
  const event = givenUp
    ? await work.fail(subject, totals, givenUp, ports)
    : await work.follow(subject, totals, ports).catch(fail)
  if (event) {
    const { type, data, afterwards } = event
    const id = eventId(work.roundsKey(subject, ports.config), round, type)
    const timestamp = end.value.endedAt
    await ports.messages.send('events', [{ id, timestamp, type, data, requestId: ports.requestId }])
    await afterwards?.()
  }
  const followedAt = ports.now().toISOString()
  await replaceState(ports, endKey({ work, subject, round }, ports), end.etag, { ...end.value, followedAt })
  ports.log.info('round ended', { event: event?.type })
}

/** The one id of an event, however often it is sent: a hash of what, which round, and the type. */
const eventId = (what: string, round: number, type: string): string =>
  `evt_${createHash('sha256')
    .update(JSON.stringify([what, round, type]))
    .digest('hex')
    .slice(0, 32)}`

/** Ends a round that is still open as cancelled; false when it had ended already. Its work so far stands. */
export async function cancelRound(ref: AnyRound, ports: Ports): Promise<boolean> {
  const totals = ref.work.total(await latestReceipts(ref, ports))
  const endedAt = ports.now().toISOString()
  return createState(ports, endKey(ref, ports), { state: 'cancelled', totals, endedAt })
}
