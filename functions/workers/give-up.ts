import * as z from 'zod'
import { awsPorts } from '../../shared/aws-ports.ts'
import { ChunkMessage } from '../../shared/fan-out/messages.ts'
import { worker as declare, queueLambda } from '../../shared/queue/worker.ts'
import { giveUp, TaskMessage } from '../../shared/tasks.ts'

export const worker = declare(
  {
    queue: 'given-up',
    batchSize: 1,
    concurrency: 2,
    timeoutSeconds: 60,
    summary: 'Write down what kept failing as failed, so that every round and every batch comes to an end',
    message: z.union([TaskMessage, ChunkMessage]),
  },
  giveUp,
)

export const handler = queueLambda(worker, awsPorts)
