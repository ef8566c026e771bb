import {
  AbortMultipartUploadCommand,
  CompleteMultipartUploadCommand,
  CopyObjectCommand,
  CreateMultipartUploadCommand,
  DeleteObjectCommand,
  DeleteObjectsCommand,
  HeadObjectCommand,
  PutObjectCommand,
  type S3Client,
  UploadPartCommand,
} from '@aws-sdk/client-s3'
import type { S3Workaround } from '../../shared/platform/config.ts'
import { toFailure } from './failure.ts'

/** A place for the objects of one probe: no other probe uses a key that begins with it. */
export interface ProbePlace {
  readonly client: S3Client
  readonly bucket: string
  readonly key: string
}

/** A condition of a write that an S3 server may ignore. */
export interface S3Condition {
  /** For messages: `If-None-Match of PutObject`. */
  readonly name: string
  /** What does without it; undefined if nothing does. */
  readonly workaround?: S3Workaround
  /** Whether the server refuses a write for which the condition does not hold, and leaves the object as it is. */
  isHonored(place: ProbePlace): Promise<boolean>
}

const STALE_ETAG = '"00000000000000000000000000000000"'

export const S3_CONDITIONS: readonly S3Condition[] = [
  {
    name: 'If-None-Match of PutObject',
    isHonored: async ({ client, bucket: Bucket, key: Key }) => {
      const create = (Body: string) => client.send(new PutObjectCommand({ Bucket, Key, Body, IfNoneMatch: '*' }))
      return (await isAccepted(create('first'))) && !(await isAccepted(create('second')))
    },
  },
  {
    name: 'If-Match of PutObject',
    isHonored: async (place) => {
      const IfMatch = await put(place)
      const { client, bucket: Bucket, key: Key } = place
      const replace = (Body: string) => client.send(new PutObjectCommand({ Bucket, Key, Body, IfMatch }))
      return (await isAccepted(replace('second'))) && !(await isAccepted(replace('third')))
    },
  },
  {
    name: 'If-None-Match of CompleteMultipartUpload',
    isHonored: async (place) => !(await isUploaded(place, { IfNoneMatch: '*' })),
  },
  {
    name: 'If-Match of CompleteMultipartUpload',
    workaround: 'look-before-complete',
    isHonored: async (place) => !(await isUploaded(place, { IfMatch: STALE_ETAG })),
  },
  {
    name: 'If-Match of DeleteObject',
    isHonored: async (place) => {
      const etag = await put(place)
      const { client, bucket: Bucket, key: Key } = place
      const remove = (IfMatch: string) => client.send(new DeleteObjectCommand({ Bucket, Key, IfMatch }))
      if ((await isAccepted(remove(STALE_ETAG))) || !(await exists(place))) return false
      return (await isAccepted(remove(etag))) && !(await exists(place))
    },
  },
  {
    name: 'If-None-Match of CopyObject',
    workaround: 'look-before-copy',
    isHonored: async (place) => !(await isCopied(place, { IfNoneMatch: '*' })),
  },
  {
    name: 'x-amz-copy-source-if-match of CopyObject',
    workaround: 'look-before-copy',
    isHonored: async (place) => !(await isCopied(place, { CopySourceIfMatch: STALE_ETAG })),
  },
  {
    name: 'the ETags of DeleteObjects',
    workaround: 'delete-one-by-one',
    isHonored: async (place) => {
      const etag = await put(place)
      const { client, bucket: Bucket, key: Key } = place
      const remove = (ETag: string) =>
        client.send(new DeleteObjectsCommand({ Bucket, Delete: { Objects: [{ Key, ETag }], Quiet: true } }))
      const isRemoved = async (ETag: string): Promise<boolean> => {
        const answer = await remove(ETag).catch(throwUnlessRefused)
        return (answer?.Errors ?? []).length === 0 && !(await exists(place))
      }
      return !(await isRemoved(STALE_ETAG)) && (await isRemoved(etag))
    },
  },
]

async function put({ client, bucket: Bucket, key: Key }: ProbePlace): Promise<string> {
  const { ETag = '' } = await client.send(new PutObjectCommand({ Bucket, Key, Body: 'first' }))
  return ETag
}

/** Uploads an object in parts where there is one already. */
async function isUploaded(place: ProbePlace, condition: { IfNoneMatch?: string; IfMatch?: string }): Promise<boolean> {
  await put(place)
  const { client, bucket: Bucket, key: Key } = place
  const { UploadId } = await client.send(new CreateMultipartUploadCommand({ Bucket, Key }))
  const upload = { Bucket, Key, UploadId }
  const { ETag } = await client.send(new UploadPartCommand({ ...upload, PartNumber: 1, Body: 'second' }))
  const MultipartUpload = { Parts: [{ PartNumber: 1, ETag }] }
  const completed = client.send(new CompleteMultipartUploadCommand({ ...upload, MultipartUpload, ...condition }))
  if (await isAccepted(completed)) return true
  await client.send(new AbortMultipartUploadCommand(upload))
  return false
}

/** Copies an object to where there is one already. */
async function isCopied(
  place: ProbePlace,
  condition: { IfNoneMatch?: string; CopySourceIfMatch?: string },
): Promise<boolean> {
  const { client, bucket: Bucket, key } = place
  await Promise.all([put(place), put({ ...place, key: `${key}-copy` })])
  const request = { Bucket, Key: `${key}-copy`, CopySource: `${Bucket}/${key}`, ...condition }
  return isAccepted(client.send(new CopyObjectCommand(request)))
}

async function exists({ client, bucket: Bucket, key: Key }: ProbePlace): Promise<boolean> {
  return isAccepted(client.send(new HeadObjectCommand({ Bucket, Key })))
}

/** @throws what failed for any other reason than a condition, or an operation that the server lacks */
const isAccepted = async (sent: Promise<unknown>): Promise<boolean> =>
  await sent.then(() => true, throwUnlessRefused).then((accepted) => accepted === true)

/** Statuses of a refused condition, of a missing object, and of what a server does not implement. */
const REFUSALS = [404, 409, 412, 501]

function throwUnlessRefused(error: unknown): undefined {
  if (REFUSALS.includes(toFailure(error).status ?? 0)) return undefined
  throw error
}
