import * as z from 'zod'
import { AnyEventType } from '../contracts/event-type.ts'
import type { Ports } from '../platform/ports.ts'
import { createState, readState, replaceState, type State } from '../platform/state/record.ts'
import { type Migration, recordType } from '../platform/state/record-type.ts'
import { storedEnum, storedObject } from '../platform/state/stored-schema.ts'

/** `system/events/<id>.json`: an event, the same for every webhook and every delivery attempt. */
const StoredEvent = storedObject({
  id: z.string(),
  type: storedEnum(AnyEventType.options),
  /** When it happened, RFC 3339. */
  timestamp: z.string(),
  data: z.record(z.string(), z.unknown()),
  /** The request that caused it. */
  requestId: z.string(),
  /** Set once each subscribed webhook has a delivery, and each delivery has its message. */
  dispatchedAt: z.string().optional(),
})
export type StoredEvent = z.infer<typeof StoredEvent>

/** Version 1 called the mark `announcedAt` at first. */
const renameAnnouncedAt: Migration = ({ announcedAt, ...event }) =>
  announcedAt === undefined ? event : { dispatchedAt: announcedAt, ...event }

const EVENT = recordType('an event', StoredEvent, [renameAnnouncedAt])

export const EVENTS_FOLDER = 'system/events/'

export const eventRef = (id: string) => ({ key: `${EVENTS_FOLDER}${id}.json`, type: EVENT })

export const readEvent = (id: string, ports: Pick<Ports, 'objects'>): Promise<State<StoredEvent> | undefined> =>
  readState(eventRef(id), ports)

/** Stores an event unless it exists. The first version wins, so a republished event keeps its content. */
export async function storeEvent(
  event: StoredEvent,
  ports: Pick<Ports, 'objects' | 'newId'>,
): Promise<State<StoredEvent>> {
  await createState(eventRef(event.id), event, ports)
  const stored = await readEvent(event.id, ports)
  if (!stored) throw new Error(`event ${event.id} was stored, but cannot be found`)
  return stored
}

/** Marks an event as dispatched, unless another worker has just done so. */
export async function markDispatched(
  found: State<StoredEvent>,
  ports: Pick<Ports, 'objects' | 'now' | 'newId'>,
): Promise<void> {
  const dispatched: StoredEvent = { ...found.value, dispatchedAt: ports.now().toISOString() }
  await replaceState(eventRef(found.value.id), found, dispatched, ports)
}
