import * as z from 'zod'
import { AnyEventType } from '../contracts/event-type.ts'
import type { Ports } from '../platform/ports.ts'
import { createState, readState, replaceState, type State } from '../platform/state/record.ts'

/** `system/events/<id>.json`: an event as it is told, whoever is told and however often. */
export const StoredEvent = z.object({
  id: z.string(),
  type: AnyEventType,
  /** When it happened, RFC 3339. */
  timestamp: z.string(),
  data: z.record(z.string(), z.unknown()),
  /** The request that it goes back to. */
  requestId: z.string(),
  /** Set once every webhook that wants it has a delivery of it, and each of these its message. */
  dispatchedAt: z.string().optional(),
})
export type StoredEvent = z.infer<typeof StoredEvent>

export const EVENTS_FOLDER = 'system/events/'

const eventKey = (id: string): string => `${EVENTS_FOLDER}${id}.json`

export const readEvent = (id: string, ports: Ports): Promise<State<StoredEvent> | undefined> =>
  readState(ports.objects, eventKey(id), StoredEvent)

/** Stores an event if it is not there yet. What was stored first stands: sent again, an event says the same. */
export async function storeEvent(event: StoredEvent, ports: Ports): Promise<State<StoredEvent>> {
  await createState(ports, eventKey(event.id), event)
  const standing = await readEvent(event.id, ports)
  if (!standing) throw new Error(`the event ${event.id} was stored, and is not there`)
  return standing
}

/** Marks an event as announced, unless somebody else just did. */
export async function markDispatched({ value, etag }: State<StoredEvent>, ports: Ports): Promise<void> {
  const announced: StoredEvent = { ...value, dispatchedAt: ports.now().toISOString() }
  await replaceState(ports, eventKey(value.id), etag, announced)
}
