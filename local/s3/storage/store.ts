import { rm } from 'node:fs/promises'
import { join } from 'node:path'
import { makeDirectory, removeUnfinished, type SyncFile } from '../../files/write-file.ts'
import { S3Error } from '../protocol/errors.ts'
import { type Bodies, openBodies } from './bodies.ts'
import { startJournal } from './journal.ts'
import type { Bucket, OpenUpload, StoredObject } from './model.ts'
import { readJournal } from './read-journal.ts'
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
  /** Applies the changes atomically. Do not acknowledge them before `onDisk`. @throws S3Error `ServiceUnavailable` */
  commit(...changes: Change[]): void
  /**
   * Resolves when all changes that were committed before this call are on disk.
   * @throws S3Error `ServiceUnavailable` from the first failure of the disk on, as nothing is certain then
   */
  onDisk(): Promise<void>
  close(): Promise<void>
}

/** Files of older versions. */
const OBSOLETE = ['server.json', 'journal-v1.jsonl.next']

/**
 * Opens the store in this directory in its last committed state, also after a crash. Only the owner of the directory may.
 * Replays the journal, compacts it, and removes unreferenced bodies.
 * @throws Error for a damaged journal; nothing is changed then
 */
export async function openStore(directory: string, region: string, sync: SyncFile): Promise<Store> {
  await makeDirectory(directory)
  const path = join(directory, 'journal-v1.jsonl')
  let isFailed = false
  const fail = (error: unknown): void => {
    if (isFailed) return
    isFailed = true
    console.error(`S3 server: cannot store anything more in ${directory}. Check the disk, then start it again.`, error)
  }
  const assertWorking = (): void => {
    if (isFailed) throw new S3Error('ServiceUnavailable')
  }
  const bodies = await openBodies(join(directory, 'bodies'), sync, fail)
  const state: State = new Map()
  const journal = await (async () => {
    for (const change of readJournal(path)) apply(state, change, bodies)
    return startJournal(path, snapshotChanges(state), sync, fail)
  })().catch(async (error: unknown) => {
    await bodies.close()
    throw error
  })
  await Promise.all([
    bodies.sweep(),
    removeUnfinished(directory),
    ...OBSOLETE.map((name) => rm(join(directory, name), { force: true })),
  ])

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
      assertWorking()
      journal.append(changes)
      for (const change of changes) apply(state, change, bodies)
    },
    async onDisk() {
      await journal.onDisk().catch(fail)
      assertWorking()
    },
    async close() {
      journal.close()
      await bodies.close()
    },
  }
}
