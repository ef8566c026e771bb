import { awsPorts } from '../../shared/platform/aws/aws-ports.ts'
import { worker as declare, queueLambda } from '../../shared/platform/queue/worker.ts'
import { fetchTestImage } from '../../shared/test-images/fetch.ts'
import { FetchTestImageMessage } from '../../shared/test-images/test-image.ts'

export const worker = declare(
  {
    queue: 'test-images',
    batchSize: 1,
    concurrency: 4,
    // A server may take most of it: nothing else waits on this queue.
    timeoutSeconds: 120,
    summary: 'Fetch a test image from the web, or write down why it cannot be had',
    message: FetchTestImageMessage,
  },
  ({ imageId }, ports) => fetchTestImage(imageId, ports),
)

export const handler = queueLambda(worker, awsPorts)
