import { ChunkMessage } from '../../../shared/platform/fan-out/messages.ts'
import { runChunk } from '../../../shared/platform/fan-out/run-round.ts'
import type { Ports } from '../../../shared/platform/ports.ts'
import { EventMessage } from '../../../shared/platform/state/domain-event.ts'
import { fetchTestImage } from '../../../shared/test-images/fetch.ts'
import { FetchTestImageMessage } from '../../../shared/test-images/test-image.ts'
import { deliverWebhook } from '../../../shared/webhooks/deliver.ts'
import { DeliveryMessage } from '../../../shared/webhooks/delivery.ts'
import { dispatchEvent } from '../../../shared/webhooks/dispatch-event.ts'
import { deadLetter } from '../../../shared/workers/dead-letter.ts'
import { toRoundRef } from '../../../shared/workers/registry.ts'
import { runTask, TaskMessage } from '../../../shared/workers/run-task.ts'

/** What each queue carries. */
export const MESSAGE_SCHEMAS = {
  tasks: TaskMessage,
  chunks: ChunkMessage,
  'test-images': FetchTestImageMessage,
  events: EventMessage,
  deliveries: DeliveryMessage,
} as const

export type WorkMessage = TaskMessage | ChunkMessage | FetchTestImageMessage
export type QueueMessage = WorkMessage | EventMessage | DeliveryMessage

/** Consumers of the queues. */
export interface Workers {
  /** Gives a message to the worker of its queue. */
  run(message: QueueMessage): Promise<void>
  /** Gives a message to the consumer of the dead-letter queue. */
  deadLetter(message: QueueMessage): Promise<void>
}

/** Returns the workers of the system itself, on the given ports. */
export const workersOn = (ports: Ports): Workers => ({
  run: (message) => {
    if ('task' in message) return runTask(message, ports)
    if ('chunk' in message) return runChunk(toRoundRef(message), message.chunk, ports)
    if ('imageId' in message) return fetchTestImage(message.imageId, ports)
    return 'webhook' in message ? deliverWebhook(message, ports) : dispatchEvent(message, ports)
  },
  deadLetter: (message) => {
    if ('task' in message || 'chunk' in message || 'imageId' in message) return deadLetter(message, ports)
    throw new Error('Events and deliveries have no dead-letter consumer')
  },
})
