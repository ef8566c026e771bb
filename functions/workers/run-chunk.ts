import { awsPorts } from '../../shared/aws-ports.ts'
import { ChunkMessage } from '../../shared/fan-out/messages.ts'
import { runChunk } from '../../shared/fan-out/run.ts'
import { worker as declare, queueLambda } from '../../shared/queue/worker.ts'
import { roundOf } from '../../shared/works.ts'

export const worker = declare(
  {
    queue: 'chunks',
    batchSize: 1,
    concurrency: 8,
    timeoutSeconds: 120,
    summary: 'Do one chunk of importing or copying, and finish the round if it was the last',
    message: ChunkMessage,
  },
  (message, ports) => runChunk(roundOf(message), message.chunk, ports),
)

export const handler = queueLambda(worker, awsPorts)
