import { createHash } from 'node:crypto'
import { contentTypeOf } from '../../shared/aws/content-type.ts'
import { AppError } from '../../shared/errors.ts'
import type { Uploads } from '../../shared/ports.ts'
import { formatS3Uri } from '../../shared/s3-uri.ts'
import { type MemoryObject, memoryObject, perform, type World } from './world.ts'

/** Uploads in parts into one bucket of the world. */
export function memoryUploads(world: World, bucket: string): Uploads {
  const { open } = world.uploads
  const call = (method: string, key: string) => ({ port: 'uploads', method, key }) as const
  const partsOf = (key: string, uploadId: string) => {
    const parts = open.get(`${uploadId} ${key}`)
    if (!parts) throw new AppError('not-found', `The upload of "${key}" is over.`)
    return parts
  }
  return {
    start: (key) =>
      perform(world, call('start', key), () => {
        world.uploads.started += 1
        const uploadId = `upload-${world.uploads.started}`
        open.set(`${uploadId} ${key}`, new Map())
        return uploadId
      }),
    part: (key, uploadId, number, bytes) =>
      perform(world, call('part', key), () => {
        const part = memoryObject(bytes)
        partsOf(key, uploadId).set(number, part)
        return part.etag
      }),
    complete: (key, uploadId, partEtags) =>
      perform(world, call('complete', key), () => {
        const object = { ...joined(world, key, partsOf(key, uploadId), partEtags), contentType: contentTypeOf(key) }
        world.stored.set(formatS3Uri({ bucket, key }), object)
        open.delete(`${uploadId} ${key}`)
        return object.etag
      }),
    abort: (key, uploadId) =>
      perform(world, call('abort', key), () => {
        open.delete(`${uploadId} ${key}`)
      }),
  }
}

function joined(
  world: World,
  key: string,
  stored: ReadonlyMap<number, MemoryObject>,
  etags: readonly string[],
): MemoryObject {
  const parts = etags.map((etag, index) => {
    const part = stored.get(index + 1)
    const short = index < etags.length - 1 && (part?.bytes.length ?? 0) < world.minimumPartBytes
    if (part?.etag !== etag || short)
      throw new AppError(
        'upstream-failed',
        `S3 refused to join the parts of "${key}": part ${index + 1} is ${short ? 'too small' : 'not there'}.`,
      )
    return part
  })
  if (parts.length === 0)
    throw new AppError('upstream-failed', `S3 refused to join the parts of "${key}": there are none.`)
  const digests = Buffer.concat(parts.map((part) => createHash('md5').update(part.bytes).digest()))
  const object = memoryObject(Buffer.concat(parts.map((part) => part.bytes)))
  return { ...object, etag: `"${createHash('md5').update(digests).digest('hex')}-${parts.length}"` }
}
