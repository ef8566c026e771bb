import { awsPorts } from '../../shared/aws-ports.ts'
import { EventMessage } from '../../shared/events/event.ts'
import { worker as declare, queueLambda } from '../../shared/queue/worker.ts'
import { announceEvent } from '../../shared/webhooks/announce.ts'

export const worker = declare(
  {
    queue: 'events',
    batchSize: 1,
    concurrency: 4,
    timeoutSeconds: 60,
    summary: 'Store an event, and have it delivered to every webhook that wants it',
    message: EventMessage,
  },
  announceEvent,
)

export const handler = queueLambda(worker, awsPorts)
