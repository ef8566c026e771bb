import * as z from 'zod'
import { AnyEventType } from '../contracts/event-type.ts'
import type { Ports } from '../platform/ports.ts'
import { createState, readState, replaceState, type State } from '../platform/state/record.ts'

/** `system/events/<id>.json`: an event, the same for every webhook and every delivery attempt. */
export const StoredEvent = z.object({
  id: z.string(),
  type: AnyEventType,
  /** When it happened, RFC 3339. */
  timestamp: z.string(),
  data: z.record(z.string(), z.unknown()),
  /** The request that caused it. */
  requestId: z.string(),
  /** Set once each subscribed webhook has a delivery, and each delivery has its message. */
  dispatchedAt: z.string().optional(),
})
export type StoredEvent = z.infer<typeof StoredEvent>

export const EVENTS_FOLDER = 'system/events/'

const eventKey = (id: string): string => `${EVENTS_FOLDER}${id}.json`

export const readEvent = (id: string, ports: Pick<Ports, 'objects'>): Promise<State<StoredEvent> | undefined> =>
  readState(ports.objects, eventKey(id), StoredEvent)

/** Stores an event unless it exists. The first version wins, so a republished event keeps its content. */
export async function storeEvent(
  event: StoredEvent,
  ports: Pick<Ports, 'objects' | 'newId'>,
): Promise<State<StoredEvent>> {
  await createState(ports, eventKey(event.id), event)
  const stored = await readEvent(event.id, ports)
  if (!stored) throw new Error(`event ${event.id} was stored, but cannot be found`)
  return stored
}

/** Marks an event as dispatched, unless another worker has just done so. */
export async function markDispatched(
  { value, etag }: State<StoredEvent>,
  ports: Pick<Ports, 'objects' | 'now' | 'newId'>,
): Promise<void> {
  const dispatched: StoredEvent = { ...value, dispatchedAt: ports.now().toISOString() }
  await replaceState(ports, eventKey(value.id), etag, dispatched)
}
