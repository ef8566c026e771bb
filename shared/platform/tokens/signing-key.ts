import { randomBytes } from 'node:crypto'
import * as z from 'zod'
import type { Ports } from '../ports.ts'
import { CorruptStateError, readOrCorrupt } from '../state/corrupt-state.ts'
import { createState, type RecordRef, readState, replaceState } from '../state/record.ts'
import { recordType } from '../state/record-type.ts'
import { storedObject } from '../state/stored-schema.ts'
import type { ObjectStore } from '../storage/ports.ts'

const KEY_BYTES = 32

/** A shorter key, such as that of an object that was cut, would let anybody sign. */
const StoredKey = storedObject({ key: z.base64url().min(Math.ceil((KEY_BYTES * 4) / 3)) })
type StoredKey = z.infer<typeof StoredKey>

/** A secret key that functions share by an object of the bucket. Each process reads it once. */
export interface SigningKey {
  /** Returns the key, to verify what was signed; `undefined` while nothing can have been signed with it. */
  find(ports: Pick<Ports, 'objects'>): Promise<Buffer | undefined>
  /** Returns the key, to sign. The first call creates it, and replaces one that cannot be read. */
  findOrCreate(ports: Pick<Ports, 'objects' | 'newId'>): Promise<Buffer>
}

/**
 * Declares a signing key: 256 random bits. When it is replaced, all that was signed before becomes invalid.
 * @param objectKey where it is, such as `system/cursor-key.json`
 * @param name for messages: `the key of cursors`
 */
export function signingKey(objectKey: string, name: string): SigningKey {
  const ref = { key: objectKey, type: recordType(name, StoredKey) }
  // By object store, as a process has one, and tests have many.
  const cache = new WeakMap<ObjectStore, Buffer>()
  const read = async (objects: ObjectStore): Promise<Buffer | CorruptStateError | undefined> => {
    const cached = cache.get(objects)
    if (cached) return cached
    const state = await readOrCorrupt(readState(ref, { objects }))
    if (!state || state instanceof CorruptStateError) return state
    const key = Buffer.from(state.value.key, 'base64url')
    cache.set(objects, key)
    return key
  }
  return {
    find: async ({ objects }) => {
      const found = await read(objects)
      return Buffer.isBuffer(found) ? found : undefined
    },
    findOrCreate: async (ports) => {
      const existing = await read(ports.objects)
      if (Buffer.isBuffer(existing)) return existing
      await writeKey(ref, existing?.etag, ports)
      // Another process may have written the key first, so it is read back.
      const written = await read(ports.objects)
      if (!Buffer.isBuffer(written)) throw new Error(`${objectKey} was written, but cannot be read`)
      return written
    },
  }
}

/** @param corruptEtag the version that cannot be read; `undefined` when there is no object */
async function writeKey(
  ref: RecordRef<StoredKey>,
  corruptEtag: string | undefined,
  ports: Pick<Ports, 'objects' | 'newId'>,
): Promise<void> {
  const value = { key: randomBytes(KEY_BYTES).toString('base64url') }
  await (corruptEtag === undefined
    ? createState(ref, value, ports)
    : replaceState(ref, { etag: corruptEtag }, value, ports))
}
