import * as z from 'zod'
import { receiveXml } from '../protocol/body.ts'
import { S3Error } from '../protocol/errors.ts'
import { emptyReply, xmlReply } from '../protocol/reply.ts'
import type { Operation } from './operation.ts'

const BUCKET_NAME = /^(?!\d+\.\d+\.\d+\.\d+$)(?!.*\.\.)[a-z0-9][a-z0-9.-]{1,61}[a-z0-9]$/
const OWNER = { ID: 'local', DisplayName: 'local' }
/** The region that S3 represents by an empty location constraint. */
const DEFAULT_REGION = 'us-east-1'

const CreateBucketXml = z
  .object({ LocationConstraint: z.string().optional() })
  .or(z.literal('').transform(() => ({ LocationConstraint: undefined })))

export const listBuckets: Operation = ({ query }, store) => {
  const prefix = query.get('prefix') ?? ''
  const buckets = [...store.buckets()]
    .filter(({ name }) => name.startsWith(prefix))
    .sort((left, right) => (left.name < right.name ? -1 : 1))
  const Bucket = buckets.map(({ name, created, region }) => ({
    Name: name,
    CreationDate: new Date(created).toISOString(),
    BucketRegion: region,
  }))
  return xmlReply('ListAllMyBucketsResult', { Owner: OWNER, Buckets: { Bucket } })
}

export const createBucket: Operation = async (request, store) => {
  const name = request.bucket
  if (!BUCKET_NAME.test(name)) throw new S3Error('InvalidBucketName', { BucketName: name })
  const { LocationConstraint } = await receiveXml(
    request,
    'CreateBucketConfiguration',
    CreateBucketXml,
    '<CreateBucketConfiguration/>',
  )
  if (store.findBucket(name) !== undefined) throw new S3Error('BucketAlreadyOwnedByYou', { BucketName: name })
  const region = LocationConstraint || store.region
  store.commit({ type: 'bucket-created', bucket: name, region, created: Date.now() })
  return emptyReply(200, { location: `/${name}` })
}

export const headBucket: Operation = ({ bucket }, store) =>
  emptyReply(200, { 'x-amz-bucket-region': store.bucket(bucket).region, 'content-type': 'application/xml' })

export const deleteBucket: Operation = ({ bucket }, store) => {
  if (store.bucket(bucket).objects.size > 0) throw new S3Error('BucketNotEmpty', { BucketName: bucket })
  store.commit({ type: 'bucket-deleted', bucket })
  return emptyReply(204)
}

export const getBucketLocation: Operation = ({ bucket }, store) => {
  const { region } = store.bucket(bucket)
  return xmlReply('LocationConstraint', region === DEFAULT_REGION ? '' : region)
}

/** Reports that versioning was never enabled. PutBucketVersioning is not implemented. */
export const getBucketVersioning: Operation = ({ bucket }, store) => {
  store.bucket(bucket)
  return xmlReply('VersioningConfiguration', '')
}
