import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { CreateBucketCommand, PutObjectCommand, S3Client } from '@aws-sdk/client-s3'
import { SageMakerClient } from '@aws-sdk/client-sagemaker'
import {
  CreateQueueCommand,
  DeleteMessageBatchCommand,
  type Message,
  ReceiveMessageCommand,
  SQSClient,
} from '@aws-sdk/client-sqs'
import { afterAll, beforeAll, describe } from '@jest/globals'
import { buildApp } from 'fauxqs'
import { startLabelingService } from '../../local/labeling-service/server.ts'
import { startS3Server } from '../../local/s3/server.ts'
import { parseS3Uri } from '../../shared/contracts/s3-uri.ts'
import { remoteFiles } from '../../shared/platform/aws/remote-files.ts'
import { s3Bucket } from '../../shared/platform/aws/s3-bucket.ts'
import { s3Copier } from '../../shared/platform/aws/s3-copier.ts'
import { s3Objects } from '../../shared/platform/aws/s3-objects.ts'
import { s3Uploads } from '../../shared/platform/aws/s3-uploads.ts'
import { sagemakerLabeler } from '../../shared/platform/aws/sagemaker-labeler.ts'
import { sagemakerWorkteams } from '../../shared/platform/aws/sagemaker-workteams.ts'
import { sqsMessages } from '../../shared/platform/aws/sqs-messages.ts'
import { download } from '../../shared/platform/outbound/download.ts'
import { webReceivers } from '../../shared/platform/outbound/receivers.ts'
import { CREDENTIALS } from '../support/credentials.ts'
import { listeningReceivers } from '../support/http/receiver-server.ts'
import { startTestServer } from '../support/http/test-server.ts'
import { memoryPorts, testConfig } from '../support/world/ports.ts'
import { bucketContract } from './bucket.ts'
import { type DownloadsSubject, downloadsContract } from './downloads.ts'
import { labelerContract } from './labeler.ts'
import { messagesContract } from './messages.ts'
import { objectCopierContract } from './object-copier.ts'
import { objectStoreContract } from './object-store.ts'
import { type ReceiversSubject, receiversContract } from './receivers.ts'
import { remoteFilesContract } from './remote-files.ts'
import type { Subject } from './subject.ts'
import { uploadsContract } from './uploads.ts'

const stops: (() => Promise<unknown>)[] = []
const local = { region: 'us-east-1', credentials: CREDENTIALS }
let directory: string
let s3Url: string
let s3: S3Client
let sqs: SQSClient
let subjects = 0

beforeAll(async () => {
  directory = await mkdtemp(join(tmpdir(), 'groundwork-contract-'))
  const server = await startS3Server({ directory, credentials: CREDENTIALS })
  s3Url = server.url
  const queues = buildApp({ logger: false, defaultRegion: 'us-east-1' })
  const queuesUrl = await queues.listen({ port: 0, host: '127.0.0.1' })
  stops.push(
    () => queues.close(),
    () => server.stop(),
    () => rm(directory, { recursive: true }),
  )
  s3 = new S3Client({ ...local, endpoint: server.url, forcePathStyle: true })
  sqs = new SQSClient({ ...local, endpoint: queuesUrl })
  await s3.send(new CreateBucketCommand({ Bucket: 'open-images-dataset' }))
})

afterAll(async () => {
  s3.destroy()
  sqs.destroy()
  for (const stop of stops) await stop()
})

/** Returns a subject with a bucket and queues of its own. */
async function makeSubject(): Promise<Subject> {
  subjects += 1
  const bucket = `work-${subjects}`
  await s3.send(new CreateBucketCommand({ Bucket: bucket }))
  const queueUrls = {
    tasks: await queue('tasks'),
    chunks: await queue('chunks'),
    'test-images': await queue('test-images'),
    events: await queue('events'),
    deliveries: await queue('deliveries'),
  }
  const config = testConfig({ bucket, queueUrls })
  const ports = memoryPorts({
    config,
    objects: s3Objects(s3, bucket),
    uploads: s3Uploads(s3, bucket),
    files: remoteFiles(s3, config),
    copier: s3Copier(s3, bucket),
    messages: sqsMessages(sqs, queueUrls),
    bucket: s3Bucket(s3, bucket, 'us-east-1'),
  })
  return { ports, place, receive: (name) => receive(queueUrls[name]) }
}

/** The same, with a labeling service of its own, whose jobs make no progress. */
async function makeLabelingSubject(): Promise<Subject> {
  const subject = await makeSubject()
  const server = await startLabelingService({
    s3: s3Url,
    credentials: CREDENTIALS,
    s3Credentials: CREDENTIALS,
    directory: join(directory, `labeling-${subjects}`),
    pace: { milliseconds: 60_000 },
  })
  const client = new SageMakerClient({ ...local, endpoint: server.url })
  stops.unshift(async () => {
    client.destroy()
    await server.stop()
  })
  const { ports } = subject
  return { ...subject, ports: { ...ports, labeler: sagemakerLabeler(client), workteams: sagemakerWorkteams(client) } }
}

async function makeReceivers(): Promise<ReceiversSubject> {
  const { listen, received, stop } = listeningReceivers()
  stops.unshift(stop)
  return { receivers: webReceivers({ allowLoopback: true }), listen, received }
}

async function makeDownloads(): Promise<DownloadsSubject> {
  const files = new Map<string, Uint8Array>()
  const redirects = new Map<string, string>()
  const server = await startTestServer(({ url = '' }, response) => {
    const location = redirects.get(url)
    if (location !== undefined) return void response.writeHead(302, { location }).end()
    const bytes = files.get(url)
    response.writeHead(bytes ? 200 : 404).end(bytes)
  })
  stops.push(server.stop)
  return {
    downloads: { get: (url, options) => download(url, options, { allowLoopback: true }) },
    serve: async (name, bytes) => {
      files.set(`/${name}`, bytes)
      return `${server.url}/${name}`
    },
    redirect: async (name, to) => {
      redirects.set(`/${name}`, to)
      return `${server.url}/${name}`
    },
  }
}

async function queue(name: string): Promise<string> {
  const { QueueUrl = '' } = await sqs.send(new CreateQueueCommand({ QueueName: `${name}-${subjects}` }))
  return QueueUrl
}

const place: Subject['place'] = async (uri, content, { contentType, metadata, headers = {} } = {}) => {
  const { bucket, key } = parseS3Uri(uri)
  const { contentEncoding, cacheControl, contentDisposition, contentLanguage, expires } = headers
  const request = new PutObjectCommand({
    Bucket: bucket,
    Key: key,
    Body: Buffer.from(content),
    ContentType: contentType,
    ContentEncoding: contentEncoding,
    CacheControl: cacheControl,
    ContentDisposition: contentDisposition,
    ContentLanguage: contentLanguage,
    Expires: expires === undefined ? undefined : new Date(expires),
    Metadata: { ...metadata },
  })
  await s3.send(request)
}

async function receive(url: string): Promise<unknown[]> {
  const received: Message[] = []
  for (;;) {
    const { Messages: some = [] } = await sqs.send(
      new ReceiveMessageCommand({ QueueUrl: url, MaxNumberOfMessages: 10, WaitTimeSeconds: 0 }),
    )
    if (some.length === 0) return received.map(({ Body = '' }): unknown => JSON.parse(Body))
    received.push(...some)
    const Entries = some.map(({ ReceiptHandle }, index) => ({ Id: String(index), ReceiptHandle }))
    await sqs.send(new DeleteMessageBatchCommand({ QueueUrl: url, Entries }))
  }
}

describe('the adapters, over HTTP', () => {
  objectStoreContract(makeSubject)
  uploadsContract(makeSubject)
  objectCopierContract(makeSubject)
  remoteFilesContract(makeSubject)
  downloadsContract(makeDownloads)
  messagesContract(makeSubject)
  receiversContract(makeReceivers)
  bucketContract(makeSubject)
  labelerContract(makeLabelingSubject)
})
