import { mkdirSync } from 'node:fs'
import { join } from 'node:path'
import { S3Error } from '../protocol/errors.ts'
import { type Bodies, openBodies } from './bodies.ts'
import { readJournal, startJournal } from './journal.ts'
import type { Bucket, OpenUpload, StoredObject } from './model.ts'
import { apply, type Change, type State, snapshotChanges } from './state.ts'

/**
 * The state of the server: the index in memory, its journal and the bodies on disk.
 * Reads and commits are synchronous, so an operation that reads and commits without awaiting in between is atomic.
 */
export interface Store {
  /** Region of buckets that are created without a location constraint. */
  readonly region: string
  readonly bodies: Bodies
  buckets(): Iterable<Bucket>
  findBucket(name: string): Bucket | undefined
  /** @throws S3Error `NoSuchBucket` */
  bucket(name: string): Bucket
  /** @throws S3Error `NoSuchBucket`, `NoSuchKey` */
  object(bucket: string, key: string): StoredObject
  /** @throws S3Error `NoSuchBucket`, `NoSuchUpload` (also when the upload belongs to another key) */
  upload(bucket: string, key: string, uploadId: string): OpenUpload
  /** Applies the changes atomically and durably. */
  commit(...changes: Change[]): void
  close(): Promise<void>
}

/**
 * Opens the store in this directory in its last committed state, also after a crash.
 * Replays the journal, compacts it, and removes unreferenced bodies.
 */
export async function openStore(directory: string, region: string): Promise<Store> {
  mkdirSync(directory, { recursive: true })
  const bodies = openBodies(join(directory, 'bodies'))
  const state: State = new Map()
  const path = join(directory, 'journal-v1.jsonl')
  for (const change of readJournal(path)) apply(state, change, bodies)
  const journal = startJournal(path, snapshotChanges(state))
  await bodies.sweep()

  function bucket(name: string): Bucket {
    const found = state.get(name)
    if (found === undefined) throw new S3Error('NoSuchBucket', { BucketName: name })
    return found
  }

  return {
    region,
    bodies,
    bucket,
    buckets: () => state.values(),
    findBucket: (name) => state.get(name),
    object(name, key) {
      const object = bucket(name).objects.get(key)
      if (object === undefined) throw new S3Error('NoSuchKey', { Key: key })
      return object
    },
    upload(name, key, uploadId) {
      const upload = bucket(name).uploads.get(uploadId)
      if (upload?.key !== key) throw new S3Error('NoSuchUpload', { UploadId: uploadId })
      return upload
    },
    commit(...changes) {
      journal.append(changes)
      for (const change of changes) apply(state, change, bodies)
    },
    async close() {
      journal.close()
      await bodies.whenSettled()
    },
  }
}
