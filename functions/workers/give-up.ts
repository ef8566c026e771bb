import * as z from 'zod'
import { awsPorts } from '../../shared/aws-ports.ts'
import { ChunkMessage } from '../../shared/fan-out/messages.ts'
import { worker as declare, queueLambda } from '../../shared/queue/worker.ts'
import { giveUp, TaskMessage } from '../../shared/tasks.ts'
import { FetchTestImageMessage } from '../../shared/test-images/test-image.ts'

export const worker = declare(
  {
    queue: 'given-up',
    batchSize: 1,
    concurrency: 2,
    timeoutSeconds: 60,
    summary: 'Write down what kept failing as failed, so that every round, batch and test image comes to an end',
    message: z.union([TaskMessage, ChunkMessage, FetchTestImageMessage]),
  },
  giveUp,
)

export const handler = queueLambda(worker, awsPorts)
