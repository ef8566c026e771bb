import { awsPorts } from '../../shared/platform/aws/aws-ports.ts'
import { worker as declare, queueLambda } from '../../shared/platform/queue/worker.ts'
import { EventMessage } from '../../shared/platform/state/domain-event.ts'
import { dispatchEvent } from '../../shared/webhooks/dispatch-event.ts'

export const worker = declare(
  {
    queue: 'events',
    batchSize: 1,
    concurrency: 4,
    timeoutSeconds: 60,
    permissions: [
      'listWebhooks',
      'readWebhooks',
      'readDeliveries',
      'readEvents',
      'writeDeliveries',
      'writeEvents',
      'sendDeliveries',
    ],
    summary: 'Store a domain event, and create a delivery for each webhook that subscribes to it',
    message: EventMessage,
  },
  dispatchEvent,
)

export const handler = queueLambda(worker, awsPorts)
