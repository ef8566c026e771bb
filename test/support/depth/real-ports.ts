import { S3Client } from '@aws-sdk/client-s3'
import { SageMakerClient } from '@aws-sdk/client-sagemaker'
import { SQSClient } from '@aws-sdk/client-sqs'
import type { QueueUrls } from '../../../local/sqs/queues.ts'
import { meterClient } from '../../../shared/platform/aws/meter-client.ts'
import { remoteFiles } from '../../../shared/platform/aws/remote-files.ts'
import { s3Bucket } from '../../../shared/platform/aws/s3-bucket.ts'
import { s3Copier } from '../../../shared/platform/aws/s3-copier.ts'
import { s3Objects } from '../../../shared/platform/aws/s3-objects.ts'
import { s3Uploads } from '../../../shared/platform/aws/s3-uploads.ts'
import { sagemakerLabeler } from '../../../shared/platform/aws/sagemaker-labeler.ts'
import { sagemakerWorkteams } from '../../../shared/platform/aws/sagemaker-workteams.ts'
import { sqsMessages } from '../../../shared/platform/aws/sqs-messages.ts'
import { CREDENTIALS } from '../credentials.ts'
import { type MemoryPorts, memoryPorts, testConfig } from '../world/ports.ts'
import type { World } from '../world/world.ts'

/** Where the servers are. */
export interface Servers {
  readonly s3: string
  readonly sqs: string
  readonly labeling: string
  readonly queues: QueueUrls
}

/** Returns metered ports to servers, with the ids and the clock of a world. */
export function realPorts(world: World, { s3, sqs, labeling, queues }: Servers) {
  const local = { region: 'us-east-1', credentials: CREDENTIALS }
  const s3Client = meterClient(new S3Client({ ...local, endpoint: s3, forcePathStyle: true }))
  const sqsClient = meterClient(new SQSClient({ ...local, endpoint: sqs }))
  const sagemaker = meterClient(new SageMakerClient({ ...local, endpoint: labeling }))
  // A queue is requested at the host of its URL.
  const at = (url: string): string => new URL(new URL(url).pathname, sqs).href
  const queueUrls = {
    tasks: at(queues.tasks),
    chunks: at(queues.chunks),
    'test-images': at(queues['test-images']),
    events: at(queues.events),
    deliveries: at(queues.deliveries),
  }
  const config = testConfig({ queueUrls })
  const ports: MemoryPorts = memoryPorts({
    world,
    config,
    objects: s3Objects(s3Client, config.bucket),
    uploads: s3Uploads(s3Client, config.bucket),
    files: remoteFiles(s3Client, config),
    copier: s3Copier(s3Client, config.bucket),
    messages: sqsMessages(sqsClient, queueUrls),
    bucket: s3Bucket(s3Client, config.bucket, config.region),
    labeler: sagemakerLabeler(sagemaker),
    workteams: sagemakerWorkteams(sagemaker),
  })
  const stop = (): void => {
    for (const client of [s3Client, sqsClient, sagemaker]) client.destroy()
  }
  return { ports, stop }
}
