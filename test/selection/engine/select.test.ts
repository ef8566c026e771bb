import { describe, expect, it } from '@jest/globals'
import fc from 'fast-check'
import type { Criteria } from '../../../shared/contracts/criteria.ts'
import { FLAG_NAMES, FLAGS } from '../../../shared/contracts/flags.ts'
import { type SelectedImage, type SelectOptions, select } from '../../../shared/selection/engine/select.ts'
import { collect } from '../../support/collect.ts'
import { memorySource } from '../../support/world/byte-source.ts'
import { type ModelImage, modelBatch } from './model.ts'
import { randomCriteria, randomCsv, randomReading } from './random-csv.ts'

const HEADER =
  'ImageID,Source,LabelName,Confidence,XMin,XMax,YMin,YMax,IsOccluded,IsTruncated,IsGroupOf,IsDepiction,IsInside'
const imageId = (number: number) => number.toString(16).padStart(16, '0')
const row = (image: number, classId: string, flags = '0,0,0,0,0') =>
  `${imageId(image)},freeform,${classId},1,0.1,0.9,0.2,0.8,${flags}`
const toCsv = (...rows: string[]) => `${[HEADER, ...rows].join('\n')}\n`

const toCriteria = (changes: Partial<Criteria> = {}): Criteria => ({
  classes: [{ className: 'Tire', classIds: ['/m/0h9mv'] }],
  examplesPerClass: 2,
  batchOffset: 0,
  allocation: 'disjoint',
  skipImages: [],
  excludeFlags: [],
  ...changes,
})

async function selectAll(
  csv: string,
  criteria: Criteria,
  options: Partial<SelectOptions> = {},
): Promise<SelectedImage[]> {
  const selection = await select(memorySource(csv), criteria, { groupedByImage: true, ...options })
  return (await collect(selection.pages())).flat()
}
const toIds = (images: readonly { imageId: string }[]) => images.map((image) => image.imageId)

/** Converts a model's image to a selected image. */
const toSelected = ({ imageId, classNames, boxes }: ModelImage, { classes }: Criteria): SelectedImage => ({
  imageId,
  classNames,
  boxes: boxes.map((box) => ({
    className: classes.find(({ classIds }) => classIds.includes(box.LabelName!))!.className,
    classId: box.LabelName!,
    xMin: Number(box.XMin),
    xMax: Number(box.XMax),
    yMin: Number(box.YMin),
    yMax: Number(box.YMax),
    // The type of Object.fromEntries loses the keys, which are all of FLAG_NAMES; parsing has checked the values.
    ...(Object.fromEntries(FLAG_NAMES.map((flag) => [flag, Number(box[FLAGS[flag]] ?? -1)])) as Record<
      (typeof FLAG_NAMES)[number],
      0 | 1 | -1
    >),
  })),
})

describe('select', () => {
  it('returns the same as a plain model, for any file, chunks and concurrency', async () => {
    await fc.assert(
      fc.asyncProperty(randomCsv, randomCriteria, randomReading, async ({ rows, text, grouped }, criteria, reading) => {
        const images = await selectAll(text, criteria, { groupedByImage: grouped, ...reading })
        expect(images).toEqual(modelBatch(rows, criteria).map((image) => toSelected(image, criteria)))
      }),
      { numRuns: 500 },
    )
  })

  it('returns the same for every range size', async () => {
    const csv = toCsv(row(1, '/m/0h9mv'), row(2, '/m/0other'), row(2, '/m/0h9mv'), row(3, '/m/0h9mv'))
    const whole = await selectAll(csv, toCriteria({ examplesPerClass: 3 }))
    expect(toIds(whole)).toEqual([1, 2, 3].map(imageId))
    for (let rangeBytes = 1; rangeBytes <= csv.length; rangeBytes++)
      expect(await selectAll(csv, toCriteria({ examplesPerClass: 3 }), { rangeBytes })).toEqual(whole)
  })

  it('deals disjoint batches that together contain each image of the classes once', async () => {
    await fc.assert(
      fc.asyncProperty(randomCsv, randomCriteria, async ({ rows, text, grouped }, criteria) => {
        const all: string[] = []
        for (let batchOffset = 0; ; batchOffset++) {
          const batch = { ...criteria, allocation: 'disjoint', batchOffset } as const
          const ids = toIds(await selectAll(text, batch, { groupedByImage: grouped }))
          if (ids.length === 0) break
          all.push(...ids)
        }
        expect(new Set(all).size).toBe(all.length)
        const everything = modelBatch(rows, { ...criteria, batchOffset: 0, examplesPerClass: rows.length + 1 })
        expect(all.sort()).toEqual(toIds(everything).sort())
      }),
      { numRuns: 100 },
    )
  })

  it('returns all boxes of the requested classes, including those of the last image', async () => {
    const csv = toCsv(
      row(1, '/m/0h9mv'),
      row(2, '/m/0h9mv'),
      row(2, '/m/0other'),
      row(2, '/m/0k4j'),
      row(2, '/m/0h9mv', '1,1,1,1,1'),
      row(3, '/m/0h9mv'),
    )
    const classes = [
      { className: 'Tire', classIds: ['/m/0h9mv'] },
      { className: 'Car', classIds: ['/m/0k4j'] },
    ]
    const [, last] = await selectAll(csv, toCriteria({ classes, allocation: 'window' }))
    expect(last?.boxes.map(({ className, isInside }) => [className, isInside])).toEqual([
      ['Tire', 0],
      ['Car', 0],
      ['Tire', 1],
    ])
  })

  it('omits an image whose boxes all have an excluded flag, and keeps boxes with an unknown flag', async () => {
    const csv = toCsv(
      row(1, '/m/0h9mv', '0,0,1,0,0'),
      row(2, '/m/0h9mv', '0,0,-1,0,0'),
      row(3, '/m/0h9mv', '0,0,1,0,0'),
      row(3, '/m/0h9mv', '1,0,0,0,0'),
    )
    const images = await selectAll(csv, toCriteria({ excludeFlags: ['isGroupOf'] }))
    expect(images.map(({ imageId, boxes }) => [imageId, boxes.length])).toEqual([
      [imageId(2), 1],
      [imageId(3), 1],
    ])
  })

  it('returns the number of images per class, and nothing past the end', async () => {
    const source = memorySource(toCsv(row(1, '/m/0h9mv'), row(2, '/m/0h9mv'), row(3, '/m/0h9mv')))
    const counts = async (batchOffset: number) => {
      const { selectedPerClass, imageCount } = await select(source, toCriteria({ batchOffset }), {
        groupedByImage: true,
      })
      return [selectedPerClass, imageCount]
    }
    expect(await Promise.all([0, 1, 2].map(counts))).toEqual([
      [[2], 2],
      [[1], 1],
      [[0], 0],
    ])
  })

  it('yields pages of 500 images', async () => {
    const csv = toCsv(...Array.from({ length: 1234 }, (_, image) => row(image, '/m/0h9mv')))
    const selection = await select(memorySource(csv), toCriteria({ examplesPerClass: 2000 }), { groupedByImage: true })
    const pages = await collect(selection.pages())
    expect(pages.map((page) => page.length)).toEqual([500, 500, 234])
    expect(toIds(pages.flat())).toEqual(Array.from({ length: 1234 }, (_, image) => imageId(image)))
  })

  it('finds a class if LabelName is the last column of a CRLF file', async () => {
    const rows = [imageId(1), imageId(2)].map((id) => `${id},0.1,0.9,0.2,0.8,/m/0h9mv`)
    const csv = ['ImageID,XMin,XMax,YMin,YMax,LabelName', ...rows].join('\r\n')
    expect(toIds(await selectAll(csv, toCriteria()))).toEqual([imageId(1), imageId(2)])
  })
})

describe('reads of a selection', () => {
  const many = toCsv(...Array.from({ length: 4000 }, (_, image) => row(image, image % 2 ? '/m/0h9mv' : '/m/0other')))

  it('are the header, the ranges up to the last image, those in flight, and the selected rows', async () => {
    const source = memorySource(many)
    const selection = await select(source, toCriteria(), { groupedByImage: true, rangeBytes: 1000, inFlight: 3 })
    const scanned = source.reads.slice()
    await collect(selection.pages())
    const from = HEADER.length + 1
    expect(scanned).toEqual([
      [0, 4096],
      [from, from + 1000],
      [from + 1000, from + 2000],
      [from + 2000, from + 3000],
    ])
    expect(source.reads.slice(scanned.length)).toEqual([[from + row(0, '/m/0other').length + 1, expect.any(Number)]])
  })

  it('include one more range if the last image may continue in it', async () => {
    const rowBytes = row(1, '/m/0h9mv').length + 1
    const twoImages = toCsv(
      row(1, '/m/0h9mv'),
      row(2, '/m/0h9mv'),
      row(2, '/m/0h9mv'),
      row(3, '/m/0h9mv'),
      row(4, '/m/0h9mv'),
    )
    const source = memorySource(twoImages)
    const images = await selectAll(twoImages, toCriteria(), { rangeBytes: 2 * rowBytes, inFlight: 1 })
    expect(images[1]?.boxes).toHaveLength(2)
    await select(source, toCriteria(), { groupedByImage: true, rangeBytes: 2 * rowBytes, inFlight: 1 })
    expect(source.reads).toHaveLength(3)
  })

  it('are the whole file, once, if a class has too few images', async () => {
    const source = memorySource(many)
    await select(source, toCriteria({ examplesPerClass: 9999 }), { groupedByImage: true, rangeBytes: 50_000 })
    const [, ...scan] = source.reads
    expect(scan.reduce((sum, [start, end]) => sum + end - start, 0)).toBe(source.size - HEADER.length - 1)
  })

  it('reach the end of a file that is not grouped by image', async () => {
    const source = memorySource(many)
    const selection = await select(source, toCriteria(), { groupedByImage: false, rangeBytes: 50_000 })
    await collect(selection.pages())
    expect(Math.max(...source.reads.map(([, end]) => end))).toBe(source.size)
  })
})
