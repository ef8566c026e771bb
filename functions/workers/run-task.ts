import { awsPorts } from '../../shared/platform/aws/aws-ports.ts'
import { worker as declare, queueLambda } from '../../shared/platform/queue/worker.ts'
import { runTask, TaskMessage } from '../../shared/workers/dispatch.ts'

export const worker = declare(
  {
    queue: 'tasks',
    batchSize: 1,
    concurrency: 4,
    timeoutSeconds: 120,
    summary:
      'Send out the chunks of a round, choose the images of a large batch, do the next step of a run, or delete one',
    message: TaskMessage,
  },
  runTask,
)

export const handler = queueLambda(worker, awsPorts)
