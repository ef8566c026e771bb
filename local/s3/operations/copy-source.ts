import { checkRead, parseConditions } from '../protocol/conditions.ts'
import { invalidArgument, S3Error } from '../protocol/errors.ts'
import { decodePath, type S3Request, splitOnce } from '../protocol/request.ts'
import type { StoredObject } from '../storage/model.ts'
import type { Store } from '../storage/store.ts'

const PREFIX = 'x-amz-copy-source-'

/** The source object of a copy. */
export interface CopySource {
  readonly bucket: string
  readonly key: string
  readonly object: StoredObject
}

/**
 * Returns the object that `x-amz-copy-source` names, after checking the conditions on it.
 * @throws S3Error `NoSuchBucket`, `NoSuchKey`, `PreconditionFailed`, `InvalidArgument`, `NotImplemented` for versions
 */
export function findCopySource(request: S3Request, store: Store): CopySource {
  const header = request.header('x-amz-copy-source') ?? ''
  const [path, version] = splitOnce(header.replace(/^\//, ''), '?versionId=')
  if (version !== '' && version !== 'null') throw new S3Error('NotImplemented', { Header: 'x-amz-copy-source' })
  const [bucket, key] = splitOnce(path.replace(/^([^/]+)%2F/i, '$1/'), '/').map(decodePath)
  if (!bucket || !key) {
    throw invalidArgument('x-amz-copy-source', header, 'You can only specify a copy source header for copy requests.')
  }
  const object = store.object(bucket, key)
  if (checkRead(parseConditions(request, PREFIX), object, PREFIX) === 'not-modified') {
    throw new S3Error('PreconditionFailed', { Condition: `${PREFIX}If-None-Match` })
  }
  return { bucket, key, object }
}
