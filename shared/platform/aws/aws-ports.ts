import { SageMakerClient } from '@aws-sdk/client-sagemaker'
import { SQSClient } from '@aws-sdk/client-sqs'
import { type Config, readConfig } from '../config.ts'
import { logWith } from '../observability/log.ts'
import { download } from '../outbound/download.ts'
import { webReceivers } from '../outbound/receivers.ts'
import type { LogKeys, Ports } from '../ports.ts'
import { emfMetrics } from './emf-metrics.ts'
import { lookBeforeComplete } from './look-before-complete.ts'
import { lookBeforeCopy } from './look-before-copy.ts'
import { meterClient } from './meter-client.ts'
import { clientSettings, objectPorts, s3Client } from './object-ports.ts'
import { remoteFiles } from './remote-files.ts'
import { s3Bucket } from './s3-bucket.ts'
import { s3Copier } from './s3-copier.ts'
import { s3Uploads } from './s3-uploads.ts'
import { sagemakerLabeler } from './sagemaker-labeler.ts'
import { sagemakerWorkteams } from './sagemaker-workteams.ts'
import { sqsMessages } from './sqs-messages.ts'

let shared: Omit<Ports, 'log' | 'metrics' | 'requestId'> | undefined

/** Returns the ports of a deployed function. Configuration and clients are created once per process. */
export function awsPorts(requestId: string, logKeys: LogKeys = {}): Ports {
  shared ??= createPorts(readConfig(process.env))
  const metrics = emfMetrics(shared.config.metricsNamespace, requestId)
  return { ...shared, requestId, metrics, log: logWith({ requestId, ...logKeys }) }
}

function createPorts(config: Config): Omit<Ports, 'log' | 'metrics' | 'requestId'> {
  const { bucket, region, queueUrls, s3Workarounds } = config
  const sagemaker = meterClient(new SageMakerClient(clientSettings('sagemaker', config)))
  const s3 = s3Client(config)
  return {
    config,
    ...objectPorts(s3, bucket, s3Workarounds),
    uploads: s3Workarounds.includes('look-before-complete')
      ? lookBeforeComplete(s3Uploads(s3, bucket), s3, bucket)
      : s3Uploads(s3, bucket),
    files: remoteFiles(s3, config),
    downloads: { get: (url, options) => download(url, options, { allowLoopback: config.allowLoopback }) },
    copier: s3Workarounds.includes('look-before-copy')
      ? lookBeforeCopy(s3Copier(s3, bucket), s3, bucket)
      : s3Copier(s3, bucket),
    messages: sqsMessages(meterClient(new SQSClient(clientSettings('sqs', config))), queueUrls),
    receivers: webReceivers(config),
    bucket: s3Bucket(s3, bucket, region),
    labeler: sagemakerLabeler(sagemaker),
    workteams: sagemakerWorkteams(sagemaker),
  }
}
