import type { QueueName } from '../../../shared/platform/config.ts'
import type { World } from '../world/world.ts'
import { MESSAGE_SCHEMAS, type QueueMessage } from './workers.ts'

/** Queues whose messages are work: rounds, runs, deletions, chunks and test images. */
export const WORK_QUEUES = ['tasks', 'chunks', 'test-images'] as const satisfies readonly QueueName[]

/** Queues that carry events to their webhooks. */
export const EVENT_QUEUES = ['events', 'deliveries'] as const satisfies readonly QueueName[]

/** How a queue treats a message that fails. */
export interface RedrivePolicy {
  /** A failed message becomes visible again after this time; 0 leaves the clock alone. */
  readonly visibilityMilliseconds: number
  /** Receives by the worker before the message goes to the dead-letter queue. */
  readonly receives: number
  /** Receives by the dead-letter consumer before the message is lost. */
  readonly deadLetterReceives: number
}

const WORK: RedrivePolicy = {
  visibilityMilliseconds: 0,
  receives: 4,
  deadLetterReceives: Number.POSITIVE_INFINITY,
}
// Nothing consumes events and deliveries that cannot be delivered.
const EVENTS: RedrivePolicy = { visibilityMilliseconds: 30_000, receives: 5, deadLetterReceives: 0 }

export const REDRIVE_POLICIES: Readonly<Record<QueueName, RedrivePolicy>> = {
  tasks: WORK,
  chunks: WORK,
  'test-images': WORK,
  events: EVENTS,
  deliveries: EVENTS,
}

/** What happens to a message when it is received: the worker runs, the dead-letter consumer runs, or it is lost. */
export type Fate = 'run' | 'dead-letter' | 'lost'

/** A message that the broker holds. */
export interface QueuedMessage {
  readonly queue: QueueName
  readonly message: QueueMessage
  /** The message as the world keeps it. */
  readonly sent: unknown
  /** When it becomes visible, in milliseconds since 1970. */
  readonly due: number
  /** How often it was received, this time included. */
  readonly receive: number
  /** What happens at this receive, once that is decided. */
  readonly fate?: Fate
}

/** When messages that were taken and put back become visible: time goes by while they are in their queues. */
const dueTimes = new WeakMap<object, number>()

/** Takes all messages out of these queues, in order of the queues. */
export const takeMessages = ({ sent, delays, now }: World, queues: readonly QueueName[]): QueuedMessage[] =>
  queues.flatMap((queue) =>
    sent[queue].splice(0).map((one) => ({
      queue,
      message: MESSAGE_SCHEMAS[queue].parse(one),
      sent: one,
      // A clock that was set back does not make a queue wait longer.
      due: Math.min(
        dueTimes.get(one as object) ?? Number.POSITIVE_INFINITY,
        now.getTime() + (delays.get(one) ?? 0) * 1000,
      ),
      receive: 1,
    })),
  )

/** Puts messages back into their queues. They become visible when they would have. */
export function returnMessages({ sent, delays, now }: World, messages: readonly QueuedMessage[]): void {
  for (const { queue, sent: one, due } of messages) {
    sent[queue].push(one)
    dueTimes.set(one as object, due)
    if (due > now.getTime()) delays.set(one, (due - now.getTime()) / 1000)
  }
}
