import { createHash } from 'node:crypto'
import * as z from 'zod'
import { EventType } from '../../contracts/event-type.ts'
import type { Ports } from '../ports.ts'

/** A message of the queue `events`: a domain event on its way to the webhooks. */
export const EventMessage = z.object({
  /** The same each time the event is published. */
  id: z.string(),
  /** When it happened, RFC 3339. */
  timestamp: z.iso.datetime({ offset: true }),
  type: EventType,
  data: z.record(z.string(), z.unknown()),
  requestId: z.string(),
})
export type EventMessage = z.infer<typeof EventMessage>

/** Something that happened to a resource. `type`, `subject` and `dedupKey` together identify it. */
export interface DomainEvent {
  readonly type: EventType
  /** What it happened to: the key of its state object. */
  readonly subject: string
  /** Distinguishes this occurrence from others of the same subject and type. */
  readonly dedupKey: number | string
  readonly timestamp: string
  readonly data: Readonly<Record<string, unknown>>
}

/** Returns the id of an event, the same however often it is published: a hash of what identifies it. Pure. */
export const eventId = (subject: string, dedupKey: number | string, type: string): string =>
  `evt_${createHash('sha256')
    .update(JSON.stringify([subject, dedupKey, type]))
    .digest('hex')
    .slice(0, 32)}`

/** Sends an event to the queue `events`. Published again after a crash, it has the same id. */
export async function publishEvent(
  { type, subject, dedupKey, timestamp, data }: DomainEvent,
  { messages, metrics, requestId }: Pick<Ports, 'messages' | 'metrics' | 'requestId'>,
): Promise<void> {
  const message: EventMessage = { id: eventId(subject, dedupKey, type), timestamp, type, data, requestId }
  await messages.send('events', [message])
  metrics.record({ EventsSent: 1 }, { event: type })
}
