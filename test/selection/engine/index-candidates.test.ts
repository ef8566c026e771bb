import { describe, expect, it } from '@jest/globals'
import { seededRandom } from '../../../local/seeded-random.ts'
import { openIndex } from '../../../shared/box-index/open-index.ts'
import type { Criteria } from '../../../shared/contracts/criteria.ts'
import { indexCandidates } from '../../../shared/selection/engine/index-candidates.ts'
import { buildIndex, ETAG } from '../../support/fixtures/built-index.ts'
import { imageId } from '../../support/fixtures/many-images.ts'
import { memorySource } from '../../support/world/byte-source.ts'

const IMAGES = 6000
const CLASS_IDS = ['/m/0a', '/m/0b', '/m/0c', '/m/0d']

/** Counts the steps in which the candidates are found: the maximum of reads of one list. */
async function countSteps(
  has: (image: number, number: number) => boolean,
  criteria: Partial<Criteria>,
): Promise<number> {
  const rows = Array.from({ length: IMAGES }, (_, image) =>
    CLASS_IDS.flatMap((classId, number) => (has(image, number) ? [`${imageId(image)},${classId},0,1,0,1\n`] : [])),
  )
  const csv = `ImageID,LabelName,XMin,XMax,YMin,YMax\n${rows.flat().join('')}`
  const source = memorySource(await buildIndex(csv))
  const index = await openIndex(async () => source, { etag: ETAG, bytes: csv.length })
  await indexCandidates(index, {
    classes: [],
    examplesPerClass: 1000,
    batchOffset: 0,
    allocation: 'disjoint',
    skipImages: [],
    excludeFlags: [],
    ...criteria,
  })
  const bounds = [...index.lists.values()].map(({ offset }) => offset)
  const [, ...reads] = source.reads
  return Math.max(
    ...bounds.map((offset, at) => {
      const end = bounds[at + 1] ?? source.size
      return reads.filter(([start]) => start >= offset && start < end).length
    }),
  )
}

describe('indexCandidates', () => {
  const together = [{ className: 'All', classIds: CLASS_IDS }]

  it('takes one step for a single class', async () => {
    expect(await countSteps(() => true, { classes: [{ className: 'A', classIds: ['/m/0a'] }] })).toBe(1)
  })
  it('takes few steps when each image is in all lists of a class', async () => {
    expect(await countSteps(() => true, { classes: together })).toBeLessThanOrEqual(4)
  })
  it('takes few steps when images are spread unevenly over the lists of a class', async () => {
    const random = seededRandom(5)
    const classNumbers = Array.from({ length: IMAGES }, () => Math.floor(random() * CLASS_IDS.length))
    expect(
      await countSteps((image, number) => classNumbers[image] === number, { classes: together }),
    ).toBeLessThanOrEqual(2)
  })
  it('takes few steps when the images of each class id occupy one section of the file', async () => {
    const isInSection = (image: number, number: number) => Math.floor((4 * image) / IMAGES) === number
    expect(
      await countSteps(isInSection, { classes: together, examplesPerClass: 20, batchOffset: 100 }),
    ).toBeLessThanOrEqual(6)
  })
  it('takes few steps when another class takes half of the images', async () => {
    const classes = CLASS_IDS.slice(0, 2).map((classId) => ({ className: classId, classIds: [classId] }))
    // The first class has every second image of the other one.
    const has = (image: number, number: number) => number === 1 || (number === 0 && image % 2 === 0)
    expect(await countSteps(has, { classes, examplesPerClass: 100, batchOffset: 9 })).toBeLessThanOrEqual(3)
  })
  it('takes few steps when thousands of images at the beginning are skipped', async () => {
    const skipImages = Array.from({ length: 5000 }, (_, image) => imageId(image))
    const classes = [{ className: 'A', classIds: ['/m/0a'] }]
    expect(await countSteps(() => true, { classes, examplesPerClass: 20, skipImages })).toBeLessThanOrEqual(9)
  })
})
