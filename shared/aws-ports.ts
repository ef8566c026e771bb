import { randomInt } from 'node:crypto'
import { S3Client } from '@aws-sdk/client-s3'
import { SageMakerClient } from '@aws-sdk/client-sagemaker'
import { SQSClient } from '@aws-sdk/client-sqs'
import { remoteFiles } from './aws/remote-files.ts'
import { s3Bucket } from './aws/s3-bucket.ts'
import { s3Copier } from './aws/s3-copier.ts'
import { s3Objects } from './aws/s3-objects.ts'
import { s3Uploads } from './aws/s3-uploads.ts'
import { sagemakerLabeler } from './aws/sagemaker-labeler.ts'
import { sagemakerWorkteams } from './aws/sagemaker-workteams.ts'
import { sqsMessages } from './aws/sqs-messages.ts'
import { type Config, readConfig } from './config.ts'
import { logWith } from './log.ts'
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

function portsOf(config: Config): Omit<Ports, 'log' | 'requestId'> {
  const { bucket, region, queueUrls } = config
  const forcePathStyle = process.env.AWS_ENDPOINT_URL_S3 !== undefined
  const sagemaker = new SageMakerClient(CLIENT)
  const s3 = new S3Client({ ...CLIENT, forcePathStyle, followRegionRedirects: true })
  return {
    config,
    objects: s3Objects(s3, bucket),
    uploads: s3Uploads(s3, bucket),
    files: remoteFiles(s3, config),
    copier: s3Copier(s3, bucket),
    messages: sqsMessages(new SQSClient(CLIENT), queueUrls),
    bucket: s3Bucket(s3, bucket, region),
    labeler: sagemakerLabeler(sagemaker),
    workteams: sagemakerWorkteams(sagemaker),
    now: () => new Date(),
    newId: () => Array.from({ length: 16 }, () => ID_ALPHABET[randomInt(ID_ALPHABET.length)]).join(''),
  }
}
