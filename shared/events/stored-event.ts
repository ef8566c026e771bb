import * as z from 'zod'
import { AnyEventType } from '../contracts/event-type.ts'
import type { Ports } from '../platform/ports.ts'
import { CorruptStateError, readOrCorrupt } from '../platform/state/corrupt-state.ts'
import { createState, readState, replaceCorrupt, replaceState, type State } from '../platform/state/record.ts'
import { type Migration, recordType } from '../platform/state/record-type.ts'
import { CONFLICT, retryOnConflict } from '../platform/state/retry-on-conflict.ts'
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
  /** Webhooks that got no delivery, because their state could not be read at that time. */
  skippedWebhooks: z.array(z.string()).optional(),
})
export type StoredEvent = z.infer<typeof StoredEvent>

/** Version 1 called the mark `announcedAt` at first. */
const renameAnnouncedAt: Migration = ({ announcedAt, ...event }) =>
  announcedAt === undefined ? event : { dispatchedAt: announcedAt, ...event }

const EVENT = recordType('an event', StoredEvent, [renameAnnouncedAt])

export const EVENTS_FOLDER = 'system/events/'

export const eventRef = (id: string) => ({
  key: `${EVENTS_FOLDER}${id}.json`,
  type: EVENT,
  isOwn: (event: StoredEvent) => event.id === id,
})

export const readEvent = (id: string, ports: Pick<Ports, 'objects'>): Promise<State<StoredEvent> | undefined> =>
  readState(eventRef(id), ports)

/**
 * Reads the event of a delivery.
 * @throws CorruptStateError when it cannot be read, or does not exist, as events expire
 */
export async function getEvent(id: string, ports: Pick<Ports, 'objects'>): Promise<StoredEvent> {
  const found = await readEvent(id, ports)
  if (!found) throw new CorruptStateError(eventRef(id).key, undefined, 'it does not exist; events expire')
  return found.value
}

/**
 * Stores an event unless it exists. The first version wins, so a republished event keeps its content. A version that
 * cannot be read is replaced.
 */
export function storeEvent(
  event: StoredEvent,
  ports: Pick<Ports, 'objects' | 'log' | 'newId'>,
): Promise<State<StoredEvent>> {
  const ref = eventRef(event.id)
  return retryOnConflict(ref.key, async () => {
    await createState(ref, event, ports)
    const stored = await readOrCorrupt(readEvent(event.id, ports))
    if (!stored) throw new Error(`event ${event.id} was stored, but cannot be found`)
    if (!(stored instanceof CorruptStateError)) return stored
    await replaceCorrupt(ref, stored, event, ports)
    return CONFLICT
  })
}

/** Marks an event as dispatched, unless another worker has just done so. */
export async function markDispatched(
  found: State<StoredEvent>,
  skippedWebhooks: readonly string[],
  ports: Pick<Ports, 'objects' | 'now' | 'newId'>,
): Promise<void> {
  const dispatched: StoredEvent = {
    ...found.value,
    dispatchedAt: ports.now().toISOString(),
    ...(skippedWebhooks.length > 0 && { skippedWebhooks: [...skippedWebhooks] }),
  }
  await replaceState(eventRef(found.value.id), found, dispatched, ports)
}
