import { awsPorts } from '../../shared/platform/aws/aws-ports.ts'
import { ENDPOINT_MEGABYTES } from '../../shared/platform/function-size.ts'
import { worker as declare, queueLambda } from '../../shared/platform/queue/worker.ts'
import { deliverWebhook } from '../../shared/webhooks/deliver.ts'
import { DeliveryMessage } from '../../shared/webhooks/delivery.ts'

export const worker = declare(
  {
    queue: 'deliveries',
    batchSize: 1,
    concurrency: 16,
    // More than the 15 seconds that a receiver may take, less than the minute after which an attempt counts as
    // abandoned.
    timeoutSeconds: 30,
    // It mostly waits for receivers.
    memoryMegabytes: ENDPOINT_MEGABYTES,
    permissions: [
      'seeBucket',
      'readWebhooks',
      'readDeliveries',
      'readEvents',
      'writeWebhooks',
      'writeDeliveries',
      'removeDeliveries',
      'sendDeliveries',
    ],
    summary: 'Make one attempt to deliver an event to a webhook, and schedule the next one if it fails',
    message: DeliveryMessage,
  },
  deliverWebhook,
)

export const handler = queueLambda(worker, awsPorts)
