import { formatS3Uri } from '../../../shared/contracts/s3-uri.ts'
import type { ObjectCopier, ObjectFacts } from '../../../shared/platform/storage/ports.ts'
import { perform } from './call.ts'
import { type MemoryObject, memoryObject } from './memory-object.ts'
import type { World } from './world.ts'

/** Copies objects of the world into one of its buckets. */
export function memoryCopier(world: World, bucket: string): ObjectCopier {
  const refuse = (refused: 'denied' | 'missing', uri: string) => ({ refused, reason: `${uri} is ${refused}` })
  return {
    describe: (uri) =>
      perform(world, { port: 'copier', method: 'describe', key: uri }, () => {
        if (world.denied.has(uri)) return 'denied'
        const object = world.stored.get(uri)
        return object ? toFacts(object) : 'missing'
      }),
    readRange: (uri, range, etag) =>
      perform(world, { port: 'copier', method: 'readRange', key: uri, range }, () => {
        if (world.denied.has(uri)) return refuse('denied', uri)
        const object = world.stored.get(uri)
        if (!object) return refuse('missing', uri)
        if (etag !== undefined && etag !== object.etag) return 'changed'
        if (object.bytes.length === 0) return 'empty'
        return { ...toFacts(object), bytes: object.bytes.slice(range.start, range.end) }
      }),
    copy: ({ source, sourceEtag, key, contentType, headers, metadata }) =>
      perform(
        world,
        { port: 'copier', method: 'copy', key },
        () => {
          const destination = formatS3Uri({ bucket, key })
          if (world.denied.has(source)) return refuse('denied', source)
          const object = world.stored.get(source)
          if (!object) return refuse('missing', source)
          if (object.etag !== sourceEtag) return 'changed'
          if (world.stored.has(destination)) return 'exists'
          const copy = memoryObject(object.bytes, contentType, { ...metadata }, { ...headers })
          world.stored.set(destination, copy)
          world.made.push(destination)
          return { etag: copy.etag }
        },
        { answer: 'exists' },
      ),
  }
}

const toFacts = ({ etag, bytes, contentType, headers, metadata }: MemoryObject): ObjectFacts => ({
  etag,
  size: bytes.length,
  contentType,
  headers,
  metadata,
})
