import { ListWorkteamsCommand, SageMakerClient } from '@aws-sdk/client-sagemaker'
import { ListQueuesCommand, SQSClient } from '@aws-sdk/client-sqs'
import type { S3Workaround } from '../../shared/platform/config.ts'
import type { OnLog } from '../running.ts'
import { askServer, SHORT_WAIT } from './ask-server.ts'
import { probeS3 } from './probe-s3.ts'
import type { ExternalServer, ExternalServers } from './servers.ts'

/**
 * Checks every named server before anything is started: that it answers, accepts the credentials, and honors what all
 * state depends on. Creates the working bucket on a named S3 server.
 * @returns what the functions have to work around
 * @throws ServerError naming the first server that cannot be used, and why
 */
export async function checkServers(
  servers: ExternalServers,
  bucket: string,
  onLog: OnLog,
): Promise<readonly S3Workaround[]> {
  const { s3, sqs, labeling } = servers
  if (sqs) await checkQueues(sqs)
  if (labeling) await checkLabelingService(labeling)
  if (!s3) return []
  const { ignored, workarounds } = await probeS3(s3, bucket)
  if (ignored.length > 0)
    onLog(
      `The S3 server at ${s3.url} ignores ${ignored.join(', ')}. Groundwork works around it (${workarounds.join(', ')}): ` +
        'one more request for each object, and nothing else may write into the bucket.',
    )
  return workarounds
}

async function checkQueues(server: ExternalServer): Promise<void> {
  const client = new SQSClient({ endpoint: server.url, ...SHORT_WAIT })
  try {
    await askServer(server, 'list the queues', () =>
      client.send(new ListQueuesCommand({ QueueNamePrefix: 'groundwork-' })),
    )
  } finally {
    client.destroy()
  }
}

async function checkLabelingService(server: ExternalServer): Promise<void> {
  const client = new SageMakerClient({ endpoint: server.url, ...SHORT_WAIT })
  try {
    await askServer(server, 'list the work teams', () => client.send(new ListWorkteamsCommand({ MaxResults: 1 })))
  } finally {
    client.destroy()
  }
}
