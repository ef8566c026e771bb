import { formatS3Uri } from '../../../shared/contracts/s3-uri.ts'
import type { ObjectCopier } from '../../../shared/platform/storage/ports.ts'
import { perform } from './call.ts'
import { memoryObject } from './memory-object.ts'
import type { World } from './world.ts'

/** Copies objects of the world into one of its buckets. */
export function memoryCopier(world: World, bucket: string): ObjectCopier {
  return {
    describe: (uri) =>
      perform(world, { port: 'copier', method: 'describe', key: uri }, () => {
        if (world.denied.has(uri)) return 'denied'
        const object = world.stored.get(uri)
        if (!object) return 'missing'
        const { etag, bytes, contentType, metadata } = object
        return { etag, size: bytes.length, contentType, metadata }
      }),
    copy: ({ source, sourceEtag, key, contentType, metadata }) =>
      perform(
        world,
        { port: 'copier', method: 'copy', key },
        () => {
          const destination = formatS3Uri({ bucket, key })
          if (world.denied.has(source)) return 'denied'
          const object = world.stored.get(source)
          if (!object) return 'missing'
          if (object.etag !== sourceEtag || world.stored.has(destination)) return 'refused'
          world.stored.set(destination, memoryObject(object.bytes, contentType, { ...metadata }))
          world.made.push(destination)
          return 'copied'
        },
        { answer: 'refused' },
      ),
  }
}
