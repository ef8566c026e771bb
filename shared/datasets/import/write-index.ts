import { joinLists, type StoredLists } from '../../box-index/join-lists.ts'
import { RECORD_BYTES } from '../../box-index/records.ts'
import type { Ports } from '../../platform/ports.ts'
import { CorruptStateError } from '../../platform/state/corrupt-state.ts'
import type { ByteSource } from '../../platform/storage/byte-source.ts'
import { type ContentHasher, contentHasher } from '../../platform/storage/content-hash.ts'
import { storeStream } from '../../platform/storage/multipart.ts'
import type { PinnedFile } from '../../platform/storage/pinned-file.ts'
import { readAhead } from '../../platform/storage/read-ahead.ts'
import { openStored } from '../../platform/storage/stored-file.ts'
import { type ImportSubject, INDEX_NAME, indexKey } from './import-files.ts'
import { readInOrder } from './slice-file.ts'
import { type SliceReceipt, sliceListsKey } from './slice-receipt.ts'
import type { StoredSources } from './stored-sources.ts'

/** The ports that this file uses. */
type Needs = Pick<Ports, 'config' | 'objects' | 'uploads' | 'files'>

/**
 * Joins the lists of all slices of a file grouped by image into its index, and stores it. The index becomes visible only
 * when it is complete and is never replaced: concurrent workers would write the same bytes.
 * @returns undefined if a slice could not be indexed
 * @throws CorruptStateError when a list is missing or damaged, or other bytes are stored as the index
 */
export async function writeIndex(
  subject: ImportSubject,
  { bytes, etag }: StoredSources,
  slices: ReadonlyMap<number, SliceReceipt>,
  ports: Needs,
): Promise<PinnedFile | undefined> {
  if ([...slices.values()].some(({ isListed }) => !isListed)) return undefined
  const lists = [...slices].sort(([one], [other]) => one - other).map((each) => toStoredLists(subject, each, ports))
  const key = indexKey(subject, ports)
  const hash = contentHasher()
  const isStored = await storeStream(key, hashThrough(joinLists({ bytes, etag }, lists), hash), ports, { absent: true })
  const contentHash = hash.digest()
  const stored = await openStored(key, ports)
  // What another worker stored may have been damaged since.
  if (!isStored && (await hashFile(stored)) !== contentHash)
    throw new CorruptStateError(key, stored.etag, 'it is of other lists')
  return { name: INDEX_NAME, bytes: stored.size, etag: stored.etag, contentHash }
}

async function hashFile(source: ByteSource): Promise<string> {
  const hash = contentHasher()
  for await (const chunk of readAhead(source)) hash.add(chunk)
  return hash.digest()
}

async function* hashThrough(stream: AsyncIterable<Uint8Array>, hash: ContentHasher): AsyncGenerator<Uint8Array> {
  for await (const chunk of stream) {
    hash.add(chunk)
    yield chunk
  }
}

function toStoredLists(
  subject: ImportSubject,
  [slice, { classes, lists }]: readonly [number, SliceReceipt],
  ports: Pick<Ports, 'config' | 'objects'>,
): StoredLists {
  const bytes = classes.reduce((sum, { images }) => sum + images, 0) * RECORD_BYTES
  return {
    counts: new Map(classes.map(({ classId, images, boxes }) => [classId, { images, boxes }])),
    read: readInOrder(sliceListsKey(subject, slice, ports), lists ?? { bytes }, ports),
  }
}
