import { describe, expect, it } from '@jest/globals'
import { seededRandom } from '../../../local/seeded-random.ts'
import { openIndex } from '../../../shared/box-index/open-index.ts'
import type { Criteria } from '../../../shared/contracts/criteria.ts'
import { indexCandidates } from '../../../shared/selection/engine/index-candidates.ts'
import { builtIndex, ETAG } from '../../support/fixtures/built-index.ts'
import { imageId } from '../../support/fixtures/many-images.ts'
import { memorySource } from '../../support/world/source.ts'

const IMAGES = 6000
const CLASS_IDS = ['/m/0a', '/m/0b', '/m/0c', '/m/0d']

/** How often each list is read, where lists are far apart: in how many steps the candidates are found. */
async function stepsOf(has: (image: number, number: number) => boolean, criteria: Partial<Criteria>): Promise<number> {
  const rows = Array.from({ length: IMAGES }, (_, image) =>
    CLASS_IDS.flatMap((classId, number) => (has(image, number) ? [`${imageId(image)},${classId},0,1,0,1\n`] : [])),
  )
  const csv = `ImageID,LabelName,XMin,XMax,YMin,YMax\n${rows.flat().join('')}`
  const source = memorySource(await builtIndex(csv))
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

describe('finding candidates in an index', () => {
  const together = [{ className: 'All', classIds: CLASS_IDS }]

  it('takes one step for a class of its own', async () => {
    expect(await stepsOf(() => true, { classes: [{ className: 'A', classIds: ['/m/0a'] }] })).toBe(1)
  })
  it('takes few where each image is in all lists of a class', async () => {
    expect(await stepsOf(() => true, { classes: together })).toBeLessThanOrEqual(4)
  })
  it('takes few where images are spread unevenly over the lists of a class', async () => {
    const random = seededRandom(5)
    const classOf = Array.from({ length: IMAGES }, () => Math.floor(random() * CLASS_IDS.length))
    expect(await stepsOf((image, number) => classOf[image] === number, { classes: together })).toBeLessThanOrEqual(2)
  })
  it('takes few where the lists of a class stand one behind the other in the file', async () => {
    const isOf = (image: number, number: number) => Math.floor((4 * image) / IMAGES) === number
    expect(await stepsOf(isOf, { classes: together, examplesPerClass: 20, batchOffset: 100 })).toBeLessThanOrEqual(6)
  })
  it('takes few where another class takes half of the images', async () => {
    const classes = CLASS_IDS.slice(0, 2).map((classId) => ({ className: classId, classIds: [classId] }))
    // The first class has each second image of the other one.
    const has = (image: number, number: number) => number === 1 || (number === 0 && image % 2 === 0)
    expect(await stepsOf(has, { classes, examplesPerClass: 100, batchOffset: 9 })).toBeLessThanOrEqual(3)
  })
  it('takes few where the first thousands of images are skipped', async () => {
    const skipImages = Array.from({ length: 5000 }, (_, image) => imageId(image))
    const classes = [{ className: 'A', classIds: ['/m/0a'] }]
    expect(await stepsOf(() => true, { classes, examplesPerClass: 20, skipImages })).toBeLessThanOrEqual(9)
  })
})
