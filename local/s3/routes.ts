import { deleteBucketCors, getBucketCors, preflight, putBucketCors } from './operations/bucket-cors.ts'
import {
  createBucket,
  deleteBucket,
  getBucketLocation,
  getBucketVersioning,
  headBucket,
  listBuckets,
} from './operations/buckets.ts'
import { completeMultipartUpload } from './operations/complete-upload.ts'
import { copyObject } from './operations/copy-object.ts'
import { deleteObject, deleteObjects } from './operations/delete-objects.ts'
import { getObject } from './operations/get-object.ts'
import { listObjects, listObjectsV1 } from './operations/list-objects.ts'
import { listMultipartUploads, listParts } from './operations/list-uploads.ts'
import { abortMultipartUpload, createMultipartUpload, uploadPart, uploadPartCopy } from './operations/multipart.ts'
import { getObjectAttributes } from './operations/object-attributes.ts'
import type { Operation } from './operations/operation.ts'
import { putObject } from './operations/put-object.ts'
import { deleteObjectTagging, getObjectTagging, putObjectTagging } from './operations/tagging.ts'
import { S3Error } from './protocol/errors.ts'
import type { S3Request } from './protocol/request.ts'

/** Operations by resource type, method and query subresource, plus `copy` for a request with a copy source. */
const operations: Record<string, Operation> = {
  'service GET': listBuckets,
  'bucket PUT': createBucket,
  'bucket HEAD': headBucket,
  'bucket DELETE': deleteBucket,
  'bucket GET': listObjectsV1,
  'bucket GET list-type': listObjects,
  'bucket GET location': getBucketLocation,
  'bucket GET versioning': getBucketVersioning,
  'bucket GET uploads': listMultipartUploads,
  'bucket POST delete': deleteObjects,
  'bucket PUT cors': putBucketCors,
  'bucket GET cors': getBucketCors,
  'bucket DELETE cors': deleteBucketCors,
  'bucket OPTIONS': preflight,
  'object OPTIONS': preflight,
  'object PUT': putObject,
  'object PUT copy': copyObject,
  'object GET': getObject,
  'object HEAD': getObject,
  'object DELETE': deleteObject,
  'object GET attributes': getObjectAttributes,
  'object GET tagging': getObjectTagging,
  'object PUT tagging': putObjectTagging,
  'object DELETE tagging': deleteObjectTagging,
  'object POST uploads': createMultipartUpload,
  'object PUT uploadId': uploadPart,
  'object PUT uploadId copy': uploadPartCopy,
  'object POST uploadId': completeMultipartUpload,
  'object GET uploadId': listParts,
  'object DELETE uploadId': abortMultipartUpload,
}

/** Query parameters that select another operation. A request with one that is not implemented must fail. */
const subresources = new Set(
  `abac accelerate acl analytics append attributes cors delete encryption intelligent-tiering inventory legal-hold
  lifecycle list-type location logging metadataConfiguration metadataTable metrics notification object-lock
  ownershipControls policy policyStatus publicAccessBlock renameObject replication requestPayment restore retention
  select session tagging torrent uploadId uploads versioning versions website`.split(/\s+/),
)

/**
 * Returns the operation for a request.
 * @throws S3Error `NotImplemented` for S3 features that this server lacks, `MethodNotAllowed`
 */
export function findOperation(request: S3Request): Operation {
  const { bucket, key, method, query } = request
  const resource = key !== '' ? 'object' : bucket !== '' ? 'bucket' : 'service'
  const subresource = method === 'OPTIONS' ? undefined : [...query.keys()].find((name) => subresources.has(name))
  const version = query.get('versionId') ?? 'null'
  if (version !== 'null') throw new S3Error('NotImplemented', { Parameter: 'versionId' })
  const copy = resource === 'object' && method === 'PUT' && request.header('x-amz-copy-source') !== undefined
  const name = [resource, method, subresource, copy && 'copy'].filter(Boolean).join(' ')
  const operation = Object.hasOwn(operations, name) ? operations[name] : undefined
  if (operation !== undefined) return operation
  if (subresource !== undefined) throw new S3Error('NotImplemented', { Parameter: subresource })
  throw new S3Error('MethodNotAllowed', { Method: method })
}
