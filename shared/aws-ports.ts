import { randomInt } from 'node:crypto'
import type { S3Client } from '@aws-sdk/client-s3'
import type { SQSClient } from '@aws-sdk/client-sqs'
import { type Config, readConfig } from './config.ts'
import { logWith } from './log.ts'
import { once } from './once.ts'
import type { LogKeys, Ports } from './ports.ts'

const ID_ALPHABET = 'abcdefghijklmnopqrstuvwxyz0123456789'
const CLIENT = {
  maxAttempts: 5,
  requestHandler: { connectionTimeout: 3000, socketTimeout: 15_000, httpsAgent: { keepAlive: true, maxSockets: 64 } },
}

let shared: Omit<Ports, 'log' | 'requestId'> | undefined

/** The ports of a deployed function: configuration and clients are made once per process, for all requests. */
export function awsPorts(requestId: string, logKeys: LogKeys = {}): Ports {
  shared ??= portsOf(readConfig(process.env))
  return { ...shared, requestId, log: logWith({ requestId, ...logKeys }) }
}

const s3Client = once(async (): Promise<S3Client> => {
  const { S3Client } = await import('@aws-sdk/client-s3')
  const forcePathStyle = process.env.AWS_ENDPOINT_URL_S3 !== undefined
  return new S3Client({ ...CLIENT, forcePathStyle, followRegionRedirects: true })
})

const sqsClient = once(async (): Promise<SQSClient> => {
  const { SQSClient } = await import('@aws-sdk/client-sqs')
  return new SQSClient(CLIENT)
})

/** Each adapter is loaded by its first call: a function that never touches S3 never loads its client. */
function portsOf(config: Config): Omit<Ports, 'log' | 'requestId'> {
  const { bucket, region, queueUrls } = config
  const objects = once(async () => (await import('./aws/s3-objects.ts')).s3Objects(await s3Client(), bucket))
  const uploads = once(async () => (await import('./aws/s3-uploads.ts')).s3Uploads(await s3Client(), bucket))
  const files = once(async () => (await import('./aws/remote-files.ts')).remoteFiles(s3Client, config))
  const copier = once(async () => (await import('./aws/s3-copier.ts')).s3Copier(await s3Client(), bucket))
  const messages = once(async () => (await import('./aws/sqs-messages.ts')).sqsMessages(await sqsClient(), queueUrls))
  const itself = once(async () => (await import('./aws/s3-bucket.ts')).s3Bucket(await s3Client(), bucket, region))
  return {
    config,
    objects: {
      get: async (...given) => (await objects()).get(...given),
      put: async (...given) => (await objects()).put(...given),
      list: async (...given) => (await objects()).list(...given),
      remove: async (...given) => (await objects()).remove(...given),
    },
    uploads: {
      start: async (...given) => (await uploads()).start(...given),
      part: async (...given) => (await uploads()).part(...given),
      complete: async (...given) => (await uploads()).complete(...given),
      abort: async (...given) => (await uploads()).abort(...given),
    },
    files: { open: async (...given) => (await files()).open(...given) },
    copier: {
      describe: async (...given) => (await copier()).describe(...given),
      copy: async (...given) => (await copier()).copy(...given),
    },
    messages: { send: async (...given) => (await messages()).send(...given) },
    bucket: {
      region: async () => (await itself()).region(),
      link: async (...given) => (await itself()).link(...given),
    },
    now: () => new Date(),
    newId: () => Array.from({ length: 16 }, () => ID_ALPHABET[randomInt(ID_ALPHABET.length)]).join(''),
  }
}
