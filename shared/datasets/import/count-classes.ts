import pLimit from 'p-limit'
import { ancestorLookup } from '../../open-images/ancestors.ts'
import type { ClassCount, ClassCounts } from '../../open-images/class-counts.ts'
import { findDescendants, type Hierarchy } from '../../open-images/hierarchy.ts'
import type { Ports } from '../../platform/ports.ts'
import { CorruptStateError } from '../../platform/state/corrupt-state.ts'
import { hashBlock } from '../../platform/storage/content-hash.ts'
import type { PinnedFile } from '../../platform/storage/pinned-file.ts'
import { readRange } from '../../platform/storage/stored-file.ts'
import { readClassList } from '../classes/class-files.ts'
import { imageTally } from './image-tally.ts'
import type { ImportSubject } from './import-files.ts'
import { mergeImages, type SliceImages } from './merge-images.ts'
import { packedImagesKey, type SliceReceipt } from './slice-receipt.ts'

const FIRST_DIGITS = 16
/** Bytes of packed images held at once. Each slice is read once per step. */
export const HELD_BYTES = 4 << 20
const READS_IN_FLIGHT = 16

export interface DatasetCounts {
  readonly counts: ClassCounts
  /** Whether the rows of every image are adjacent in the file. */
  readonly groupedByImage: boolean
}

/**
 * Counts images and boxes of each class, alone, with its subclasses and with its parts. Counts are exact: an image with
 * several subclasses of a class counts once, and so does an image whose rows are scattered over the file.
 * Merges the slices' packed images in steps by their first digits. Holds `heldBytes` of them.
 * @param files as the import's record has them
 * @throws CorruptStateError when a stored file is missing or damaged
 */
export async function countClasses(
  subject: ImportSubject,
  slices: ReadonlyMap<number, SliceReceipt>,
  files: readonly PinnedFile[] | undefined,
  ports: Pick<Ports, 'config' | 'objects'>,
  heldBytes = HELD_BYTES,
): Promise<DatasetCounts> {
  const { hierarchy } = await readClassList(subject, files, ports)
  const classIds = [...new Set([...slices.values()].flatMap(({ classes }) => classes.map(({ classId }) => classId)))]
  const alone = imageTally(classIds, (classId) => [classId])
  const withSubclasses = imageTally(classIds, ancestorLookup(hierarchy, { includeParts: false }))
  const withParts = imageTally(classIds, ancestorLookup(hierarchy, { includeParts: true }))
  let imageCount = 0
  let groupedByImage = true
  for (const digits of digitSteps([...slices.values()], heldBytes)) {
    for (const { classes, runs } of mergeImages(await readDigits(subject, slices, classIds, digits, ports))) {
      imageCount += 1
      if (runs > 1) groupedByImage = false
      for (const tally of [alone, withSubclasses, withParts]) tally.add(classes)
    }
  }
  const images = { alone: alone.counts(), withSubclasses: withSubclasses.counts(), withParts: withParts.counts() }
  return { counts: { imageCount, ...toClassCounts(images, sumBoxes(slices), hierarchy) }, groupedByImage }
}

/** A range [from, to) of first digits. */
interface Digits {
  readonly from: number
  readonly to: number
}

/** Divides the digits into steps of at most `heldBytes`, but at least one digit. */
function* digitSteps(slices: readonly SliceReceipt[], heldBytes: number): Generator<Digits> {
  const bytesBefore = (digit: number) => slices.reduce((sum, { offsets }) => sum + (offsets[digit] ?? 0), 0)
  for (let from = 0, to = 1; from < FIRST_DIGITS; from = to, to += 1) {
    while (to < FIRST_DIGITS && bytesBefore(to + 1) - bytesBefore(from) <= heldBytes) to++
    yield { from, to }
  }
}

/** Reads the images of each slice whose ids begin with these digits, and maps class numbers to indexes of `classIds`. */
async function readDigits(
  subject: ImportSubject,
  slices: ReadonlyMap<number, SliceReceipt>,
  classIds: readonly string[],
  { from, to }: Digits,
  ports: Pick<Ports, 'config' | 'objects'>,
): Promise<SliceImages[]> {
  const limit = pLimit(READS_IN_FLIGHT)
  const numbers = new Map(classIds.map((classId, number) => [classId, number]))
  const nonEmpty = [...slices].filter(([, { offsets }]) => (offsets[from] ?? 0) < (offsets[to] ?? 0))
  return await Promise.all(
    nonEmpty.map(([slice, receipt]) =>
      limit(async () => {
        const key = packedImagesKey(subject, slice, ports)
        const packed = await readPacked(key, receipt, { from, to }, ports)
        const classNumbers = receipt.classes.map(({ classId }) => numbers.get(classId) ?? 0)
        return { packed, classNumbers }
      }),
    ),
  )
}

/** Reads the packed images of these digits. @throws CorruptStateError when they are not what the receipt says */
async function readPacked(
  key: string,
  { offsets, digitHashes }: SliceReceipt,
  { from, to }: Digits,
  ports: Pick<Ports, 'objects'>,
): Promise<Uint8Array> {
  const start = offsets[from] ?? 0
  const stored = await readRange(key, { start, end: offsets[to] ?? 0 }, ports)
  if (!stored) throw new CorruptStateError(key, undefined, 'it does not exist')
  if (stored.size !== offsets.at(-1)) throw new CorruptStateError(key, stored.etag, 'it has another size')
  for (let digit = from; digit < to; digit++) {
    const bytes = stored.bytes.subarray((offsets[digit] ?? 0) - start, (offsets[digit + 1] ?? 0) - start)
    if (digitHashes && hashBlock(bytes) !== digitHashes[digit])
      throw new CorruptStateError(key, stored.etag, 'its content has changed')
  }
  return stored.bytes
}

/** Sums the boxes of each class id over all slices. */
function sumBoxes(slices: ReadonlyMap<number, SliceReceipt>): Map<string, number> {
  const boxes = new Map<string, number>()
  for (const slice of slices.values())
    for (const { classId, boxes: own } of slice.classes) boxes.set(classId, (boxes.get(classId) ?? 0) + own)
  return boxes
}

/** Combines the counts. Includes every class with an image, directly or by a subclass or part. Pure. */
function toClassCounts(
  images: Readonly<Record<'alone' | 'withSubclasses' | 'withParts', ReadonlyMap<string, number>>>,
  boxes: ReadonlyMap<string, number>,
  hierarchy: Hierarchy,
): Omit<ClassCounts, 'imageCount'> {
  const boxesBelow = (classId: string, includeParts: boolean): number =>
    findDescendants(hierarchy, classId, { includeParts }).reduce((sum, below) => sum + (boxes.get(below) ?? 0), 0)
  const toCount = (classId: string): ClassCount => ({
    images: images.alone.get(classId) ?? 0,
    boxes: boxes.get(classId) ?? 0,
    imagesWithSubclasses: images.withSubclasses.get(classId) ?? 0,
    boxesWithSubclasses: boxesBelow(classId, false),
    imagesWithParts: images.withParts.get(classId) ?? 0,
    boxesWithParts: boxesBelow(classId, true),
  })
  const counted = [...images.withParts.keys()].sort()
  return {
    boxCount: [...boxes.values()].reduce((sum, count) => sum + count, 0),
    classes: Object.fromEntries(counted.map((classId) => [classId, toCount(classId)])),
  }
}
