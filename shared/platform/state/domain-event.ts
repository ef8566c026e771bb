import * as z from 'zod'
import { EventType } from '../../contracts/event-type.ts'
import type { Ports } from '../ports.ts'
import { eventId } from './event-id.ts'

/** A message of the queue `events`: something that happened, for the outside. */
export const EventMessage = z.object({
  /** One, however often the event is sent. */
  id: z.string(),
  /** When it happened, RFC 3339. */
  timestamp: z.iso.datetime({ offset: true }),
  type: EventType,
  data: z.record(z.string(), z.unknown()),
  requestId: z.string(),
})
export type EventMessage = z.infer<typeof EventMessage>

/** Something that happened: `what` and `time` tell this time of it from every other, and make its id with the type. */
export interface DomainEvent {
  readonly type: EventType
  readonly subject: string
  readonly dedupKey: number | string
  readonly timestamp: string
  readonly data: Readonly<Record<string, unknown>>
}

/** Sends an event on. Sent again after a crash, it has the same id. */
export async function publishEvent(
  { type, subject: what, dedupKey: time, timestamp, data }: DomainEvent,
  ports: Ports,
): Promise<void> {
  const message: EventMessage = { id: eventId(what, time, type), timestamp, type, data, requestId: ports.requestId }
  await ports.messages.send('events', [message])
  ports.metrics.record({ EventsSent: 1 }, { event: type })
}
