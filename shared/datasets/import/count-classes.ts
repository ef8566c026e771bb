import { AppError } from '../../contracts/errors.ts'
import { type AncestorLookup, ancestorLookup } from '../../open-images/ancestors.ts'
import type { ClassCount, ClassCounts } from '../../open-images/class-counts.ts'
import { IMPORT_LIMITS } from '../../open-images/class-limits.ts'
import type { ClassList } from '../../open-images/class-list.ts'
import type { Ports } from '../../platform/ports.ts'
import type { PinnedFile } from '../../platform/storage/pinned-file.ts'
import { readClassList } from '../classes/class-files.ts'
import { imageTally } from './image-tally.ts'
import type { ImportSubject } from './import-files.ts'
import { FILE_NAMES } from './import-plan.ts'
import { coverageCounter, type ListCoverage } from './list-coverage.ts'
import { mergeImages } from './merge-images.ts'
import { digitSteps, readDigits, readListed, type SliceReceipts } from './packed-digits.ts'

/** Bytes of packed images held at once. Each slice is read once per step. */
export const HELD_BYTES = 4 << 20

export interface DatasetCounts {
  readonly counts: ClassCounts
  /** The classes of the dataset, with those that only its rows have. */
  readonly list: ClassList
  /** Whether the rows of every image are adjacent in the file. */
  readonly groupedByImage: boolean
  /** Undefined if the dataset has no image list, or an older version began to check it. */
  readonly coverage: ListCoverage | undefined
}

export interface CountOptions {
  readonly heldBytes?: number
  /** Slices of the image list, which is compared with the images of the box file. */
  readonly list?: SliceReceipts
}

/**
 * Counts images and boxes of each class, alone, with its subclasses and with its parts. Counts are exact: an image with
 * several subclasses of a class counts once, and so does an image whose rows are scattered over the file.
 * Merges the slices' packed images in steps by their first digits. Holds `heldBytes` of them.
 * @param files as the import's record has them
 * @throws AppError `bad-source` when the boxes have too many classes; CorruptStateError when a stored file is missing or
 *   damaged
 */
export async function countClasses(
  subject: ImportSubject,
  slices: SliceReceipts,
  files: readonly PinnedFile[] | undefined,
  ports: Pick<Ports, 'config' | 'objects'>,
  { heldBytes = HELD_BYTES, list = new Map() }: CountOptions = {},
): Promise<DatasetCounts> {
  const classIds = [...new Set([...slices.values()].flatMap(({ classes }) => classes.map(({ classId }) => classId)))]
  if (classIds.length > IMPORT_LIMITS.classes)
    throw new AppError(
      'bad-source',
      `${FILE_NAMES.annotations} must have boxes of at most ${IMPORT_LIMITS.classes} classes, not ${classIds.length}.`,
    )
  const classList = await readClassList(subject, files, ports, { counted: new Set(classIds) })
  const { hierarchy } = classList
  const alone = imageTally(classIds, (classId) => [classId])
  const above = {
    withSubclasses: ancestorLookup(hierarchy, { includeParts: false }),
    withParts: ancestorLookup(hierarchy, { includeParts: true }),
  }
  const withSubclasses = imageTally(classIds, above.withSubclasses)
  const withParts = imageTally(classIds, above.withParts)
  let imageCount = 0
  let groupedByImage = true
  const coverage = coverageCounter()
  for (const digits of digitSteps([...slices.values(), ...list.values()], heldBytes)) {
    coverage.open(await readListed(subject, list, digits, ports))
    for (const { classes, high, low, runs } of mergeImages(
      await readDigits(subject, slices, classIds, digits, ports),
    )) {
      imageCount += 1
      if (runs > 1) groupedByImage = false
      for (const tally of [alone, withSubclasses, withParts]) tally.add(classes)
      coverage.count(high, low)
    }
    coverage.close()
  }
  const images = { alone: alone.counts(), withSubclasses: withSubclasses.counts(), withParts: withParts.counts() }
  const counts = { imageCount, ...toClassCounts(images, sumBoxes(slices), above) }
  return { counts, list: classList, groupedByImage, coverage: list.size > 0 ? coverage.result() : undefined }
}

/** Sums the boxes of each class id over all slices. */
function sumBoxes(slices: SliceReceipts): Map<string, number> {
  const boxes = new Map<string, number>()
  for (const slice of slices.values())
    for (const { classId, boxes: own } of slice.classes) boxes.set(classId, (boxes.get(classId) ?? 0) + own)
  return boxes
}

/** Adds the boxes of each class to all classes that it counts for. */
function sumUp(boxes: ReadonlyMap<string, number>, above: AncestorLookup): Map<string, number> {
  const sums = new Map<string, number>()
  for (const [classId, own] of boxes)
    for (const ancestor of above(classId)) sums.set(ancestor, (sums.get(ancestor) ?? 0) + own)
  return sums
}

/** Combines the counts. Includes every class with an image, directly or by a subclass or part. Pure. */
function toClassCounts(
  images: Readonly<Record<'alone' | 'withSubclasses' | 'withParts', ReadonlyMap<string, number>>>,
  boxes: ReadonlyMap<string, number>,
  above: Readonly<Record<'withSubclasses' | 'withParts', AncestorLookup>>,
): Omit<ClassCounts, 'imageCount'> {
  const boxesWithSubclasses = sumUp(boxes, above.withSubclasses)
  const boxesWithParts = sumUp(boxes, above.withParts)
  const toCount = (classId: string): ClassCount => ({
    images: images.alone.get(classId) ?? 0,
    boxes: boxes.get(classId) ?? 0,
    imagesWithSubclasses: images.withSubclasses.get(classId) ?? 0,
    boxesWithSubclasses: boxesWithSubclasses.get(classId) ?? 0,
    imagesWithParts: images.withParts.get(classId) ?? 0,
    boxesWithParts: boxesWithParts.get(classId) ?? 0,
  })
  const counted = [...images.withParts.keys()].sort()
  return {
    boxCount: [...boxes.values()].reduce((sum, count) => sum + count, 0),
    classes: Object.fromEntries(counted.map((classId) => [classId, toCount(classId)])),
  }
}
