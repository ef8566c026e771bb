import { awsPorts } from '../../shared/platform/aws/aws-ports.ts'
import { worker as declare, queueLambda } from '../../shared/platform/queue/worker.ts'
import { deliverWebhook } from '../../shared/webhooks/deliver.ts'
import { DeliveryMessage } from '../../shared/webhooks/delivery.ts'

export const worker = declare(
  {
    queue: 'deliveries',
    batchSize: 1,
    concurrency: 16,
    // More than a receiver may take, and less than it takes until an attempt counts as abandoned.
    timeoutSeconds: 30,
    summary: 'Make one attempt to hand an event to a webhook, and plan the next one where that failed',
    message: DeliveryMessage,
  },
  deliverWebhook,
)

export const handler = queueLambda(worker, awsPorts)
