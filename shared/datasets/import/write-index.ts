import { joinLists, type StoredLists } from '../../box-index/join-lists.ts'
import type { CurrentImport } from '../../contracts/dataset.ts'
import { SubjectGoneError } from '../../platform/fan-out/job.ts'
import type { Ports } from '../../platform/ports.ts'
import { storeStream } from '../../platform/storage/multipart.ts'
import { openStored } from '../../platform/storage/stored-file.ts'
import { type ImportSubject, indexKey, readAnnotations } from './import-files.ts'
import { type SliceReceipt, sliceListsKey } from './slice-receipt.ts'

/**
 * Joins what the slices of a file grouped by image have listed into its index. Nothing stands at its place before it is
 * whole, and what stands there is never replaced: whoever joins the same lists writes the same.
 * @returns undefined where a slice could not be listed
 * @throws AppError `not-found` when the lists are gone
 */
export async function writeIndex(
  subject: ImportSubject,
  slices: ReadonlyMap<number, SliceReceipt>,
  ports: Ports,
): Promise<CurrentImport['index']> {
  if ([...slices.values()].some(({ isListed }) => !isListed)) return undefined
  const csv = await readAnnotations(subject, ports)
  const lists = [...slices].sort(([one], [other]) => one - other).map((each) => storedLists(subject, each, ports))
  const key = indexKey(subject, ports)
  await storeStream(key, joinLists(csv, lists), ports, { absent: true })
  const { size, etag } = await openStored(key, ports)
  return { uri: `s3://${ports.config.bucket}/${key}`, bytes: size, etag }
}

const storedLists = (
  subject: ImportSubject,
  [slice, { classes }]: readonly [number, SliceReceipt],
  ports: Ports,
): StoredLists => ({
  counts: new Map(classes.map(({ classId, images, boxes }) => [classId, { images, boxes }])),
  read: async (start, end) => {
    const stored = await ports.objects.get(sliceListsKey(subject, slice, ports), { start, end })
    if (!stored) throw new SubjectGoneError(`The lists of slice ${slice} are gone.`)
    return stored.bytes
  },
})
