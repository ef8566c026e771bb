import * as z from 'zod'
import { awsPorts } from '../../shared/platform/aws/aws-ports.ts'
import { ChunkMessage } from '../../shared/platform/fan-out/messages.ts'
import { worker as declare, queueLambda } from '../../shared/platform/queue/worker.ts'
import { FetchTestImageMessage } from '../../shared/test-images/test-image.ts'
import { deadLetter, TaskMessage } from '../../shared/workers/dispatch.ts'

export const worker = declare(
  {
    queue: 'dead-letter',
    batchSize: 1,
    concurrency: 2,
    timeoutSeconds: 60,
    summary: 'Write down what kept failing as failed, so that every round, batch and test image comes to an end',
    message: z.union([TaskMessage, ChunkMessage, FetchTestImageMessage]),
  },
  deadLetter,
)

export const handler = queueLambda(worker, awsPorts)
