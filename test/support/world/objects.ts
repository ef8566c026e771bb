import { formatS3Uri } from '../../../shared/contracts/s3-uri.ts'
import { contentTypeForKey } from '../../../shared/platform/aws/content-type.ts'
import type {
  ListedObject,
  Listing,
  ListOptions,
  ObjectStore,
  Removal,
} from '../../../shared/platform/storage/ports.ts'
import { perform } from './call.ts'
import { memoryObject } from './memory-object.ts'
import { holds, type World } from './world.ts'

const KEYS_PER_REMOVAL = 1000

const compareBytes = (one: string, other: string): number => Buffer.compare(Buffer.from(one), Buffer.from(other))

/** The object store of one bucket of the world. */
export function memoryObjects(world: World, bucket: string): ObjectStore {
  const uri = (key: string) => formatS3Uri({ bucket, key })
  const call = (method: string, key: string) => ({ port: 'objects', method, key }) as const
  return {
    get: (key, range) =>
      perform(world, { ...call('get', key), ...(range && { range }) }, () => {
        const object = world.stored.get(uri(key))
        if (!object) return undefined
        const { start, end } = range ?? { start: 0, end: object.bytes.length }
        return { bytes: object.bytes.slice(start, Math.max(start, end)), etag: object.etag, size: object.bytes.length }
      }),
    put: (key, body, condition) =>
      perform<string | undefined>(
        world,
        call('put', key),
        () => {
          if (!holds(world, uri(key), condition)) return undefined
          const object = memoryObject(body, contentTypeForKey(key))
          world.stored.set(uri(key), object)
          if (!condition || 'absent' in condition) world.made.push(uri(key))
          return object.etag
        },
        condition && { answer: undefined },
      ),
    list: (prefix, options) => perform(world, call('list', prefix), () => listObjects(world, uri(''), prefix, options)),
    remove: async (removals) => {
      if (removals.length === 0) return []
      const requests = Math.ceil(removals.length / KEYS_PER_REMOVAL)
      return await perform(world, { ...call('remove', removals[0]?.key ?? ''), requests }, () => {
        const isOther = ({ key, etag }: Removal): boolean => {
          const current = world.stored.get(uri(key))
          return current !== undefined && etag !== undefined && current.etag !== etag
        }
        const kept = new Set(removals.filter(isOther).map(({ key }) => key))
        for (const { key } of removals) if (!kept.has(key)) world.stored.delete(uri(key))
        world.made = world.made.filter((made) => world.stored.has(made))
        return [...kept]
      })
    },
  }
}

function listObjects(world: World, root: string, prefix: string, options: ListOptions = {}): Listing {
  const { after = '', limit = 1000, folded = false } = options
  const names = new Map<string, ListedObject | 'folder'>()
  for (const [uri, { bytes, etag }] of world.stored) {
    const key = uri.slice(root.length)
    if (!uri.startsWith(root) || !key.startsWith(prefix)) continue
    const slash = folded ? key.indexOf('/', prefix.length) : -1
    if (slash < 0) names.set(key, { key, size: bytes.length, etag })
    else names.set(key.slice(0, slash + 1), 'folder')
  }
  const sorted = [...names.keys()].filter((name) => after === '' || compareBytes(name, after) > 0).sort(compareBytes)
  const page = sorted.slice(0, limit)
  const last = sorted.length > limit ? page.at(-1) : undefined
  return {
    objects: page.flatMap((key) => {
      const found = names.get(key)
      return typeof found === 'object' ? [found] : []
    }),
    folders: page.filter((name) => names.get(name) === 'folder'),
    ...(last !== undefined && { next: last }),
  }
}
