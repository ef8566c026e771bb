import { joinLists, type StoredLists } from '../../box-index/join-lists.ts'
import type { CurrentImport } from '../../contracts/dataset.ts'
import { toS3Uri } from '../../contracts/s3-uri.ts'
import { SubjectGoneError } from '../../platform/fan-out/job.ts'
import type { Ports } from '../../platform/ports.ts'
import { storeStream } from '../../platform/storage/multipart.ts'
import { openStored } from '../../platform/storage/stored-file.ts'
import { type ImportSubject, indexKey, readAnnotations } from './import-files.ts'
import { type SliceReceipt, sliceListsKey } from './slice-receipt.ts'

/** The ports that this file uses. */
type Needs = Pick<Ports, 'config' | 'objects' | 'uploads' | 'files'>

/**
 * Joins the lists of all slices of a file grouped by image into its index, and stores it. The index becomes visible only
 * when it is complete and is never replaced: concurrent workers would write the same bytes.
 * @returns undefined if a slice could not be indexed
 * @throws AppError `not-found` when the lists no longer exist
 */
export async function writeIndex(
  subject: ImportSubject,
  slices: ReadonlyMap<number, SliceReceipt>,
  ports: Needs,
): Promise<CurrentImport['index']> {
  if ([...slices.values()].some(({ isListed }) => !isListed)) return undefined
  const csv = await readAnnotations(subject, ports)
  const lists = [...slices].sort(([one], [other]) => one - other).map((each) => toStoredLists(subject, each, ports))
  const key = indexKey(subject, ports)
  await storeStream(key, joinLists(csv, lists), ports, { absent: true })
  const { size, etag } = await openStored(key, ports)
  return { uri: toS3Uri(key, ports), bytes: size, etag }
}

const toStoredLists = (
  subject: ImportSubject,
  [slice, { classes }]: readonly [number, SliceReceipt],
  ports: Pick<Ports, 'config' | 'objects'>,
): StoredLists => ({
  counts: new Map(classes.map(({ classId, images, boxes }) => [classId, { images, boxes }])),
  read: async (start, end) => {
    const stored = await ports.objects.get(sliceListsKey(subject, slice, ports), { start, end })
    if (!stored) throw new SubjectGoneError(`The lists of slice ${slice} no longer exist.`)
    return stored.bytes
  },
})
