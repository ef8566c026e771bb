import { awsPorts } from '../../shared/platform/aws/aws-ports.ts'
import { worker as declare, queueLambda } from '../../shared/platform/queue/worker.ts'
import { fetchTestImage } from '../../shared/test-images/fetch.ts'
import { FetchTestImageMessage } from '../../shared/test-images/test-image.ts'

export const worker = declare(
  {
    queue: 'test-images',
    batchSize: 1,
    concurrency: 4,
    // A slow server may use most of it. The queue is separate, so it delays no other work.
    timeoutSeconds: 120,
    permissions: [
      'seeBucket',
      'readTestImages',
      'readTestImageStates',
      'writeTestImages',
      'writeTestImageStates',
      'removeTestImages',
    ],
    summary: 'Fetch a test image from the web, or record why that failed',
    message: FetchTestImageMessage,
  },
  ({ imageId }, ports) => fetchTestImage(imageId, ports),
)

export const handler = queueLambda(worker, awsPorts)
