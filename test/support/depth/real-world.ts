import { join } from 'node:path'
import { CreateBucketCommand, PutObjectCommand, S3Client } from '@aws-sdk/client-s3'
import { SQSClient } from '@aws-sdk/client-sqs'
import pLimit from 'p-limit'
import { startLabelingService } from '../../../local/labeling-service/server.ts'
import { startS3Server } from '../../../local/s3/server.ts'
import { createQueues, startQueueServer } from '../../../local/sqs/queues.ts'
import { parseS3Uri } from '../../../shared/contracts/s3-uri.ts'
import { CREDENTIALS } from '../credentials.ts'
import type { World } from '../world/world.ts'
import { realPorts, type Servers } from './real-ports.ts'

const WRITES_IN_FLIGHT = 16

/** Local servers that hold what a world holds. */
export interface RealWorld extends Servers {
  stop(): Promise<void>
}

/**
 * Starts S3, SQS and the labeling service, and puts into them what a world holds: the working bucket with its CORS
 * rules, and the labeling jobs. Objects have the
 * same ETags there, so all that names a version is still right. Labeling jobs make no progress.
 */
export async function startRealWorld(world: World, directory: string): Promise<RealWorld> {
  const store = await startS3Server({ directory: join(directory, 's3'), credentials: CREDENTIALS })
  const queueServer = await startQueueServer({ credentials: CREDENTIALS })
  await putObjects(world, store.url)
  const pace = { milliseconds: 600_000 }
  const labeling = await startLabelingService({
    s3: store.url,
    s3Credentials: CREDENTIALS,
    credentials: CREDENTIALS,
    directory: join(directory, 'labeling'),
    pace,
  })
  const client = new SQSClient({ endpoint: queueServer.url, ...LOCAL })
  const queues = await createQueues(client, queueServer.url, { visibilitySeconds: 30, maxReceives: 5 })
  client.destroy()
  const servers: Servers = { s3: store.url, sqs: queueServer.url, labeling: labeling.url, queues }
  const real = realPorts(world, servers)
  await real.ports.bucket.setCorsRules(world.corsRules)
  for (const request of world.labeling.requests) await real.ports.labeler.create(request)
  real.stop()
  return {
    ...servers,
    stop: async () => {
      for (const server of [labeling, queueServer, store]) await server.stop()
    },
  }
}

/** The working bucket of every world. */
const BUCKET = 'work'
const LOCAL = { region: 'us-east-1', credentials: CREDENTIALS }

async function putObjects({ stored }: World, endpoint: string): Promise<void> {
  const client = new S3Client({ ...LOCAL, endpoint, forcePathStyle: true })
  const objects = [...stored]
    .map(([uri, object]) => ({ ...parseS3Uri(uri), ...object }))
    .filter(({ bucket }) => bucket === BUCKET)
  await client.send(new CreateBucketCommand({ Bucket: BUCKET }))
  const limit = pLimit(WRITES_IN_FLIGHT)
  const put = ({ bucket, key, bytes, contentType, metadata }: (typeof objects)[number]) =>
    client.send(
      new PutObjectCommand({
        Bucket: bucket,
        Key: key,
        Body: bytes,
        ContentType: contentType,
        Metadata: { ...metadata },
      }),
    )
  await Promise.all(objects.map((object) => limit(() => put(object))))
  client.destroy()
}
