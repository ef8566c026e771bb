import { storeEvent } from '../../shared/events/stored-event.ts'
import { truncatePayload } from '../../shared/events/truncate-payload.ts'
import type { Ports } from '../../shared/platform/ports.ts'
import { EventMessage } from '../../shared/platform/state/domain-event.ts'

/**
 * Stores events before the queue takes them, as their worker would: the queue is in memory, and an event that was
 * published is in no outbox any more. What is stored and not dispatched is enqueued again at the next start.
 * @param bodies of the messages that are being sent to the queue `events`
 */
export async function storeEvents(
  bodies: readonly string[],
  ports: Pick<Ports, 'objects' | 'newId' | 'log'>,
): Promise<void> {
  await Promise.all(
    bodies.map((body) => {
      const event = EventMessage.parse(JSON.parse(body))
      return storeEvent({ ...event, data: truncatePayload(event.data) }, ports)
    }),
  )
}
