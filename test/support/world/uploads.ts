import { createHash } from 'node:crypto'
import { AppError } from '../../../shared/contracts/errors.ts'
import { formatS3Uri } from '../../../shared/contracts/s3-uri.ts'
import { contentTypeForKey } from '../../../shared/platform/aws/content-type.ts'
import type { Uploads } from '../../../shared/platform/storage/ports.ts'
import { perform } from './call.ts'
import { type MemoryObject, memoryObject } from './memory-object.ts'
import { holds, type World } from './world.ts'

const PARTS_PER_LIST = 1000

/** Multipart uploads into one bucket of the world. */
export function memoryUploads(world: World, bucket: string): Uploads {
  const { open } = world.uploads
  const call = (method: string, key: string) => ({ port: 'uploads', method, key }) as const
  const findParts = (key: string, uploadId: string) => {
    const parts = open.get(`${uploadId} ${key}`)
    if (!parts) throw new AppError('wrong-state', `The upload of "${key}" is over.`)
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
        findParts(key, uploadId).set(number, memoryObject(bytes))
      }),
    complete: (key, uploadId, parts, condition) =>
      perform<string | undefined>(
        world,
        { ...call('complete', key), requests: 1 + Math.ceil(parts / PARTS_PER_LIST) },
        () => {
          const uri = formatS3Uri({ bucket, key })
          const object = {
            ...joinParts(world, key, findParts(key, uploadId), parts),
            contentType: contentTypeForKey(key),
          }
          if (!holds(world, uri, condition)) return undefined
          world.stored.set(uri, object)
          open.delete(`${uploadId} ${key}`)
          return object.etag
        },
        condition && { answer: undefined },
      ),
    abort: (key, uploadId) =>
      perform(world, call('abort', key), () => {
        open.delete(`${uploadId} ${key}`)
      }),
  }
}

function joinParts(world: World, key: string, stored: ReadonlyMap<number, MemoryObject>, count: number): MemoryObject {
  const refuse = (problem: string) =>
    new AppError('upstream-failed', `S3 refused to join the parts of "${key}": ${problem}.`)
  if (count === 0) throw refuse('there are none')
  const parts = [...stored].sort(([left], [right]) => left - right).map(([, part]) => part)
  if (parts.length !== count || Math.max(...stored.keys()) !== count) throw refuse(`they are not 1 to ${count}`)
  if (parts.slice(0, -1).some(({ bytes }) => bytes.length < world.minimumPartBytes)) throw refuse('one is too small')
  const digests = Buffer.concat(parts.map((part) => createHash('md5').update(part.bytes).digest()))
  const object = memoryObject(Buffer.concat(parts.map((part) => part.bytes)))
  return { ...object, etag: `"${createHash('md5').update(digests).digest('hex')}-${parts.length}"` }
}
