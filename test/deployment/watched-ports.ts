import type { Config, QueueName } from '../../shared/platform/config.ts'
import type { Ports } from '../../shared/platform/ports.ts'
import type { Condition } from '../../shared/platform/storage/ports.ts'
import { memoryPorts } from '../support/world/ports.ts'
import type { World } from '../support/world/world.ts'
import type { Need } from './statements.ts'

/** Returns ports over a world in memory that report, before each call, the permissions that the real adapters need. */
export function watchedPorts(world: World, config: Config, need: (need: Need) => void): Ports {
  const ports = memoryPorts({ world, config })
  const { objects, uploads, files, copier, messages, bucket, labeler, workteams } = ports
  const toUri = (key: string): string => `s3://${config.bucket}/${key}`
  const onObject = (action: string, uri: string): void => need({ action, resource: toArn(uri) })
  const list = (name: string, prefix?: string): void =>
    need({ action: 's3:ListBucket', resource: toArn(`s3://${name}`), ...(prefix !== undefined && { prefix }) })
  // S3 answers 404 for a missing object only to callers that may list the bucket, else 403.
  const read = (uri: string): void => {
    onObject('s3:GetObject', uri)
    if (!world.stored.has(uri)) list(uri.split('/')[2] ?? '')
  }
  const write = (uri: string, condition?: Condition): void => {
    onObject('s3:PutObject', uri)
    // If-Match needs permission to read the object.
    if (condition && 'etag' in condition) read(uri)
  }
  const onJob = (action: string, job: string): void =>
    need({ action: `sagemaker:${action}`, resource: sagemakerArn(config, `labeling-job/${job.toLowerCase()}`) })
  return {
    ...ports,
    objects: {
      get: (key, ...rest) => {
        read(toUri(key))
        return objects.get(key, ...rest)
      },
      put: (key, body, condition) => {
        write(toUri(key), condition)
        return objects.put(key, body, condition)
      },
      list: (prefix, ...rest) => {
        list(config.bucket, prefix)
        return objects.list(prefix, ...rest)
      },
      remove: (removals) => {
        for (const { key, etag } of removals) {
          onObject('s3:DeleteObject', toUri(key))
          // S3 compares ETags only for those who may read the object.
          if (etag !== undefined) onObject('s3:GetObject', toUri(key))
        }
        return objects.remove(removals)
      },
    },
    uploads: {
      start: (key) => {
        onObject('s3:PutObject', toUri(key))
        return uploads.start(key)
      },
      part: (key, ...rest) => {
        onObject('s3:PutObject', toUri(key))
        return uploads.part(key, ...rest)
      },
      complete: (key, uploadId, parts, condition) => {
        onObject('s3:ListMultipartUploadParts', toUri(key))
        write(toUri(key), condition)
        return uploads.complete(key, uploadId, parts, condition)
      },
      abort: (key, ...rest) => {
        onObject('s3:AbortMultipartUpload', toUri(key))
        return uploads.abort(key, ...rest)
      },
    },
    files: {
      open: (uri, ...rest) => {
        if (uri.startsWith('s3:')) read(uri)
        return files.open(uri, ...rest)
      },
    },
    copier: {
      describe: (uri) => {
        read(uri)
        return copier.describe(uri)
      },
      readRange: (uri, ...rest) => {
        read(uri)
        return copier.readRange(uri, ...rest)
      },
      copy: (request) => {
        read(request.source)
        onObject('s3:PutObject', toUri(request.key))
        return copier.copy(request)
      },
    },
    messages: {
      send: (queue, ...rest) => {
        need({ action: 'sqs:SendMessage', resource: queueArn(config, queue) })
        return messages.send(queue, ...rest)
      },
    },
    bucket: {
      region: () => {
        list(config.bucket)
        return bucket.region()
      },
      link: (key, ...rest) => {
        // A presigned URL has the permissions of the function that signed it.
        onObject('s3:GetObject', toUri(key))
        return bucket.link(key, ...rest)
      },
      corsRules: () => {
        need({ action: 's3:GetBucketCORS', resource: toArn(`s3://${config.bucket}`) })
        return bucket.corsRules()
      },
      setCorsRules: (rules) => {
        need({ action: 's3:PutBucketCORS', resource: toArn(`s3://${config.bucket}`) })
        return bucket.setCorsRules(rules)
      },
    },
    labeler: {
      create: (request) => {
        onJob('CreateLabelingJob', request.job)
        onJob('AddTags', request.job)
        need({ action: 'iam:PassRole', resource: request.roleArn, passedTo: 'sagemaker.amazonaws.com' })
        return labeler.create(request)
      },
      describe: (job) => {
        onJob('DescribeLabelingJob', job)
        return labeler.describe(job)
      },
      list: (filter) => {
        need({ action: 'sagemaker:ListLabelingJobs', resource: '*' })
        return labeler.list(filter)
      },
      stop: (job) => {
        onJob('StopLabelingJob', job)
        return labeler.stop(job)
      },
    },
    workteams: {
      list: (page) => {
        need({ action: 'sagemaker:ListWorkteams', resource: '*' })
        return workteams.list(page)
      },
      find: (name) => {
        need({ action: 'sagemaker:DescribeWorkteam', resource: sagemakerArn(config, `workteam/private-crowd/${name}`) })
        return workteams.find(name)
      },
    },
  }
}

const toArn = (uri: string): string => `arn:aws:s3:::${uri.slice('s3://'.length)}`

const sagemakerArn = ({ region, account }: Config, resource: string): string =>
  `arn:aws:sagemaker:${region}:${account}:${resource}`

function queueArn({ queueUrls, region }: Config, queue: QueueName): string {
  const [, account, name] = new URL(queueUrls[queue] ?? '').pathname.split('/')
  return `arn:aws:sqs:${region}:${account}:${name}`
}
