import {
  DeleteObjectCommand,
  GetObjectCommand,
  ListObjectsV2Command,
  PutObjectCommand,
  type S3Client,
  S3ServiceException,
} from '@aws-sdk/client-s3'
import type { Random } from '../../local/seeded-random.ts'

/** How an object is damaged. `cut`: it ends at the end of a line. */
export const DAMAGE_KINDS = ['truncated', 'cut', 'emptied', 'replaced', 'deleted'] as const
type DamageKind = (typeof DAMAGE_KINDS)[number]

/** An object that was damaged. */
export interface Damage {
  readonly key: string
  readonly kind: DamageKind
  /** The copy that was taken before. */
  readonly copy: Buffer
  /** The damaged version; undefined when the object was deleted. */
  readonly etag: string | undefined
}

/** Damages objects of a bucket and restores them, past the proxy that injects faults. */
export interface Damager {
  /**
   * Damages one of the state objects under a prefix, chosen at random, unless somebody writes it at this moment.
   * @param isEligible which keys may be chosen; all but copies of images by default
   */
  damageOne(prefix: string, random: Random): Promise<Damage | undefined>
  /** Restores an object from its copy, unless it was written or removed since. Returns whether it did. */
  restore(damage: Damage): Promise<boolean>
  /** Lists the keys under a prefix. */
  list(prefix: string): Promise<string[]>
  /** Reads an object as JSON; undefined when there is none, or it is no JSON. */
  // biome-ignore lint/suspicious/noExplicitAny: objects of any shape are inspected
  readJson(key: string): Promise<any>
}

/** Everything but the copies of images is state. */
const isState = (key: string): boolean => !key.includes('/images/')

export function createDamager(s3: S3Client, Bucket: string): Damager {
  const list = async (Prefix: string): Promise<string[]> => {
    const { Contents = [] } = await s3.send(new ListObjectsV2Command({ Bucket, Prefix }))
    return Contents.map(({ Key = '' }) => Key)
  }
  const read = async (Key: string): Promise<{ bytes: Buffer; etag: string } | undefined> => {
    const found = await s3.send(new GetObjectCommand({ Bucket, Key })).catch(unlessRefused)
    return found && { bytes: Buffer.from((await found.Body?.transformToByteArray()) ?? []), etag: found.ETag ?? '' }
  }
  return {
    list,
    readJson: async (key) => {
      try {
        return JSON.parse(String((await read(key))?.bytes))
      } catch {
        return undefined
      }
    },
    damageOne: async (prefix, random) => {
      const keys = (await list(prefix)).filter(isState)
      const [key, kind] = [keys[random.between(0, keys.length)], random.pick([...DAMAGE_KINDS])]
      const found = key === undefined ? undefined : await read(key)
      if (key === undefined || !found) return undefined
      const IfMatch = found.etag
      if (kind === 'deleted') {
        const deleted = await s3.send(new DeleteObjectCommand({ Bucket, Key: key, IfMatch })).catch(unlessRefused)
        return deleted && { key, kind, copy: found.bytes, etag: undefined }
      }
      const Body = damageBytes(found.bytes, kind, random)
      const put = await s3.send(new PutObjectCommand({ Bucket, Key: key, Body, IfMatch })).catch(unlessRefused)
      return put && { key, kind, copy: found.bytes, etag: put.ETag }
    },
    restore: async ({ key, copy, etag }) => {
      const condition = etag === undefined ? { IfNoneMatch: '*' } : { IfMatch: etag }
      const request = new PutObjectCommand({ Bucket, Key: key, Body: copy, ...condition })
      return (await s3.send(request).catch(unlessRefused)) !== undefined
    },
  }
}

/** Returns the damaged content of an object. Pure but for `random`. */
export function damageBytes(bytes: Buffer, kind: Exclude<DamageKind, 'deleted'>, random: Random): Buffer {
  switch (kind) {
    case 'truncated':
      return bytes.subarray(0, random.between(0, bytes.length))
    case 'cut':
      return bytes.subarray(0, bytes.lastIndexOf('\n', random.between(0, bytes.length)) + 1)
    case 'emptied':
      return Buffer.alloc(0)
    case 'replaced':
      return Buffer.from('{"some":"other object"}\n')
  }
}

/** Returns undefined where a condition does not hold, or there is no object any more. */
function unlessRefused(error: unknown): undefined {
  if (error instanceof S3ServiceException && [404, 409, 412].includes(error.$metadata.httpStatusCode ?? 0)) return
  throw error
}
