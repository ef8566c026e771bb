import { describe, expect, it } from '@jest/globals'
import fc from 'fast-check'
import { countClasses } from '../../../shared/datasets/import/count-classes.ts'
import { fileKey } from '../../../shared/datasets/import/import-files.ts'
import { packedImagesKey, type SliceReceipt } from '../../../shared/datasets/import/slice-receipt.ts'
import { IMPORT_LIMITS } from '../../../shared/open-images/class-limits.ts'
import { parseHalfId } from '../../../shared/open-images/half-id.ts'
import { findDescendants, parseHierarchy } from '../../../shared/open-images/hierarchy.ts'
import { runBuilder } from '../../../shared/open-images/image-runs.ts'
import { packImages } from '../../../shared/open-images/packed-images.ts'
import { hashBlock } from '../../../shared/platform/storage/content-hash.ts'
import { packedRuns } from '../../support/fixtures/packed-runs.ts'
import { memoryPorts } from '../../support/world/ports.ts'

const SUBJECT = { dataset: 'small', importId: 'import-1' }
// A class with two parents, a part that is also a subclass of the root, and a part that is not.
const HIERARCHY = JSON.stringify({
  LabelName: '/m/0root',
  Subcategory: [
    { LabelName: '/m/0a', Subcategory: [{ LabelName: '/m/0c' }], Part: [{ LabelName: '/m/0p' }] },
    { LabelName: '/m/0b', Subcategory: [{ LabelName: '/m/0c', Part: [{ LabelName: '/m/0q' }] }] },
    { LabelName: '/m/0p' },
  ],
})
const CLASS_IDS = ['/m/0a', '/m/0b', '/m/0c', '/m/0p', '/m/0q']
const hierarchy = parseHierarchy(Buffer.from(HIERARCHY), 'hierarchy')

type Row = readonly [imageId: string, classId: string]
const randomSlices = fc.array(
  fc.array(
    fc.tuple(
      fc.constantFrom(...['0', '1', '9', 'a', 'f'].map((digit) => digit.repeat(16))),
      fc.constantFrom(...CLASS_IDS, '/m/0other'),
    ),
    { maxLength: 15 },
  ),
  { minLength: 1, maxLength: 4 },
)
const groupImages = (rows: readonly Row[]) =>
  new Map(
    [...Map.groupBy(rows, ([imageId]) => imageId)].map(([id, own]) => [
      id,
      [...new Set(own.map(([, classId]) => classId))],
    ]),
  )
const countRuns = (rows: readonly Row[]) => rows.filter(([id], at) => id !== rows[at - 1]?.[0]).length
const countBoxes = (rows: readonly Row[]) =>
  Object.fromEntries([...Map.groupBy(rows, ([, classId]) => classId)].map(([id, own]) => [id, own.length]))

/** Packs rows as the worker of a slice does. */
function packRows(rows: readonly Row[], classIds: readonly string[]) {
  const builder = runBuilder()
  for (const [at, [imageId, classId]] of rows.entries()) {
    if (imageId !== rows[at - 1]?.[0])
      builder.open(parseHalfId(Buffer.from(imageId), 0), parseHalfId(Buffer.from(imageId), 8), at)
    builder.add(classIds.indexOf(classId))
  }
  return packImages(builder.runs(rows.length))
}

/** Hashes the packed images of each first digit. */
const hashDigits = (bytes: Uint8Array, offsets: ArrayLike<number>): string[] =>
  Array.from({ length: offsets.length - 1 }, (_, digit) =>
    hashBlock(bytes.subarray(offsets[digit], offsets[digit + 1])),
  )

interface CountOptions {
  readonly heldBytes?: number | undefined
  /** Whether the receipts have the hashes of the images, as this version writes them. */
  readonly hasHashes?: boolean
  /** What becomes of the packed images once they are stored. */
  readonly damage?: (bytes: Uint8Array) => Uint8Array
}

/** Counts the rows of slices as the worker of the last slice does. */
async function count(
  slices: readonly (readonly Row[])[],
  { heldBytes, hasHashes = false, damage = (bytes) => bytes }: CountOptions = {},
) {
  const ports = memoryPorts()
  const names = CLASS_IDS.map((id) => `${id},${id}\n`).join('')
  await ports.objects.put(fileKey(SUBJECT, 'hierarchy', ports), HIERARCHY)
  await ports.objects.put(fileKey(SUBJECT, 'classDescriptions', ports), names)
  const receipts = new Map<number, SliceReceipt>()
  for (const [slice, rows] of slices.entries()) {
    const classIds = [...new Set(rows.map(([, classId]) => classId))]
    const { bytes, offsets } = packRows(rows, classIds)
    await ports.objects.put(packedImagesKey(SUBJECT, slice, ports), damage(bytes))
    receipts.set(slice, {
      lines: rows.length,
      classes: classIds.map((classId) => ({ classId, boxes: countBoxes(rows)[classId]!, images: 0 })),
      offsets: [...offsets],
      isListed: false,
      ...(hasHashes && { digitHashes: hashDigits(bytes, offsets) }),
    })
  }
  return countClasses(SUBJECT, receipts, undefined, ports, heldBytes === undefined ? {} : { heldBytes })
}

describe('countClasses', () => {
  it('returns the same as a plain count, for any slices and memory limit', async () => {
    await fc.assert(
      fc.asyncProperty(randomSlices, fc.nat(200), async (slices, heldBytes) => {
        const rows = slices.flat()
        const { counts, groupedByImage } = await count(slices, { heldBytes })
        const plain = (classIds: readonly string[]) => {
          const own = rows.filter(([, classId]) => classIds.includes(classId))
          return { images: new Set(own.map(([id]) => id)).size, boxes: own.length }
        }
        expect(counts).toMatchObject({ imageCount: new Set(rows.map(([id]) => id)).size, boxCount: rows.length })
        const all = [...CLASS_IDS, '/m/0root', '/m/0other']
        for (const classId of all) {
          const alone = plain([classId])
          const withSubclasses = plain(findDescendants(hierarchy, classId, { includeParts: false }))
          const withParts = plain(findDescendants(hierarchy, classId, { includeParts: true }))
          const counted = counts.classes[classId]
          expect({ classId, counted }).toEqual({
            classId,
            counted:
              withParts.images === 0
                ? undefined
                : {
                    images: alone.images,
                    boxes: alone.boxes,
                    imagesWithSubclasses: withSubclasses.images,
                    boxesWithSubclasses: withSubclasses.boxes,
                    imagesWithParts: withParts.images,
                    boxesWithParts: withParts.boxes,
                  },
          })
        }
        // Slices are cut between images, so the rows of an image in two slices are not adjacent.
        const repeated = slices.reduce((sum, slice) => sum + groupImages(slice).size, 0) > counts.imageCount
        expect(groupedByImage).toBe(!repeated && slices.every((slice) => countRuns(slice) === groupImages(slice).size))
      }),
      { numRuns: 60 },
    )
  })
  it('counts an image with two subclasses once, even if they are in two slices', async () => {
    const id = '5'.repeat(16)
    const { counts, groupedByImage } = await count([[[id, '/m/0a']], [[id, '/m/0c']]])
    expect(counts.classes['/m/0a']).toMatchObject({ images: 1, imagesWithSubclasses: 1, boxesWithSubclasses: 2 })
    expect(groupedByImage).toBe(false)
  })
})

describe('counting a slice that was damaged', () => {
  const KEY = { code: 'corrupt-state', key: expect.stringContaining('slices/0/') }
  const ROWS: Row[] = [['1'.repeat(16), '/m/0a']]

  it('is refused when the slice has another size, also if an older version wrote no hashes', async () => {
    await expect(count([ROWS], { damage: (bytes) => Buffer.concat([bytes, bytes]) })).rejects.toMatchObject(KEY)
  })

  it('is refused when the slice has the same size and other content', async () => {
    const damage = (bytes: Uint8Array) => bytes.map((byte, at) => (at === bytes.length - 1 ? byte ^ 1 : byte))
    await expect(count([ROWS], { damage, hasHashes: true })).rejects.toMatchObject(KEY)
  })
})

describe('packImages', () => {
  it('packs each run with its classes, indexed by the first digit of its image id', () => {
    fc.assert(
      fc.property(randomSlices, (slices) => {
        const rows = slices.flat()
        const all = packRows(rows, CLASS_IDS)
        const runs = packedRuns(all)
        for (let digit = 0; digit < 16; digit++) {
          const own = packedRuns(all, all.offsets[digit], all.offsets[digit + 1])
          expect(own).toEqual(runs.filter(({ imageId }) => imageId.startsWith(digit.toString(16))))
        }
        expect(runs).toHaveLength(countRuns(rows))
      }),
    )
  })
})

describe('the classes of all slices together', () => {
  it('are limited, also where no slice alone has too many', async () => {
    const half = Math.ceil((IMPORT_LIMITS.classes + 1) / 2)
    const toReceipt = (from: number): SliceReceipt => ({
      lines: half,
      classes: Array.from({ length: half }, (_, at) => ({ classId: `/m/${from + at}`, boxes: 1, images: 1 })),
      offsets: [],
      isListed: true,
    })
    const slices = new Map([0, half].map((from, slice) => [slice, toReceipt(from)]))
    await expect(countClasses(SUBJECT, slices, undefined, memoryPorts())).rejects.toMatchObject({ code: 'bad-source' })
  })
})
