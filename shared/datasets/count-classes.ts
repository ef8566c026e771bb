import pLimit from 'p-limit'
import { ancestorLookup } from '../open-images/ancestors.ts'
import type { ClassCount, ClassCounts } from '../open-images/class-counts.ts'
import { descendantsOf, type Hierarchy } from '../open-images/hierarchy.ts'
import type { Ports } from '../ports.ts'
import { readClassList } from './class-files.ts'
import { unpackImages } from './image-classes.ts'
import type { ImportSubject } from './import-files.ts'
import { packedImagesKey, type SliceReceipt } from './slice-receipt.ts'

const FIRST_DIGITS = 16
const READS_IN_FLIGHT = 16

export interface DatasetCounts {
  readonly counts: ClassCounts
  /** Whether all rows of every image stand together in the file. */
  readonly groupedByImage: boolean
}

/**
 * Counts images and boxes of each class, alone, with its subclasses and with its parts, exactly: an image that has
 * several of a class's subclasses counts once, and so does one whose rows are scattered over the file.
 * Goes through the slices' packed images one first digit at a time. Holds a sixteenth of the images.
 */
export async function countClasses(
  subject: ImportSubject,
  slices: ReadonlyMap<number, SliceReceipt>,
  ports: Ports,
): Promise<DatasetCounts> {
  const { hierarchy } = await readClassList(subject, ports)
  const counter = imageCounter(hierarchy)
  let groupedByImage = [...slices.values()].every(({ grouped }) => grouped)
  for (let digit = 0; digit < FIRST_DIGITS; digit++) {
    const { images, repeated } = await mergeSlices(subject, slices, digit, ports)
    if (repeated) groupedByImage = false
    for (const classIds of images.values()) counter.add(classIds)
  }
  const boxes = new Map<string, number>()
  for (const slice of slices.values())
    for (const [classId, count] of Object.entries(slice.boxes)) boxes.set(classId, (boxes.get(classId) ?? 0) + count)
  return { counts: counter.counts(boxes), groupedByImage }
}

/** The classes of each image whose id begins with this digit, over all slices, and whether one is in two slices. */
async function mergeSlices(
  subject: ImportSubject,
  slices: ReadonlyMap<number, SliceReceipt>,
  digit: number,
  ports: Ports,
): Promise<{ images: Map<string, Set<string>>; repeated: boolean }> {
  const images = new Map<string, Set<string>>()
  let repeated = false
  const limit = pLimit(READS_IN_FLIGHT)
  await Promise.all(
    [...slices].map(([slice, { offsets, classIds }]) =>
      limit(async () => {
        const [start = 0, end = 0] = offsets.slice(digit, digit + 2)
        if (start === end) return
        const stored = await ports.objects.get(packedImagesKey(subject, slice, ports), { start, end })
        for (const { imageId, classes } of unpackImages(stored?.bytes ?? new Uint8Array(0))) {
          const known = images.get(imageId)
          if (known) repeated = true
          const held = known ?? new Set()
          for (const number of classes) held.add(classIds[number] ?? '')
          images.set(imageId, held)
        }
      }),
    ),
  )
  return { images, repeated }
}

/** Adds up images by class; an image counts once for each class, and once for each class above one that it has. */
function imageCounter(hierarchy: Hierarchy) {
  const above = ancestorLookup(hierarchy, { includeParts: false })
  const aboveWithParts = ancestorLookup(hierarchy, { includeParts: true })
  const alone = new Map<string, number>()
  const withSubclasses = new Map<string, number>()
  const withParts = new Map<string, number>()
  let imageCount = 0
  const add = (classIds: ReadonlySet<string>): void => {
    imageCount += 1
    addEach(alone, classIds)
    addEach(withSubclasses, union(classIds, above))
    addEach(withParts, union(classIds, aboveWithParts))
  }
  const counts = (boxes: ReadonlyMap<string, number>): ClassCounts => {
    const boxesBelow = (classId: string, includeParts: boolean): number =>
      descendantsOf(hierarchy, classId, { includeParts }).reduce((sum, below) => sum + (boxes.get(below) ?? 0), 0)
    const countOf = (classId: string): ClassCount => ({
      images: alone.get(classId) ?? 0,
      boxes: boxes.get(classId) ?? 0,
      imagesWithSubclasses: withSubclasses.get(classId) ?? 0,
      boxesWithSubclasses: boxesBelow(classId, false),
      imagesWithParts: withParts.get(classId) ?? 0,
      boxesWithParts: boxesBelow(classId, true),
    })
    const counted = [...withParts.keys()].sort()
    return {
      imageCount,
      boxCount: [...boxes.values()].reduce((sum, count) => sum + count, 0),
      classes: Object.fromEntries(counted.map((classId) => [classId, countOf(classId)])),
    }
  }
  return { add, counts }
}

const addEach = (counts: Map<string, number>, classIds: Iterable<string>): void => {
  for (const classId of classIds) counts.set(classId, (counts.get(classId) ?? 0) + 1)
}

function union(classIds: ReadonlySet<string>, above: (classId: string) => readonly string[]): Set<string> {
  const all = new Set<string>()
  for (const classId of classIds) for (const ancestor of above(classId)) all.add(ancestor)
  return all
}
