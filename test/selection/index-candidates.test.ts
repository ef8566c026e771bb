import { describe, expect, it } from '@jest/globals'
import { seededRandom } from '../../local/seeded-random.ts'
import { openIndex } from '../../shared/box-index/open-index.ts'
import type { Criteria } from '../../shared/selection/criteria.ts'
import { indexCandidates } from '../../shared/selection/index-candidates.ts'
import { builtIndex, ETAG } from '../box-index/built-index.ts'
import { imageId } from '../box-index/many-images.ts'
import { memorySource } from '../fakes/source.ts'

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
  it('learns in the first step that each image is in all lists of a class', async () => {
    expect(await stepsOf(() => true, { classes: together })).toBe(2)
  })
  it('reads a little more of each list than its share, as images are spread unevenly', async () => {
    const random = seededRandom(5)
    const classOf = Array.from({ length: IMAGES }, () => Math.floor(random() * CLASS_IDS.length))
    expect(await stepsOf((image, number) => classOf[image] === number, { classes: together })).toBe(1)
  })
  it('learns how many images another class takes away', async () => {
    const classes = CLASS_IDS.slice(0, 2).map((classId) => ({ className: classId, classIds: [classId] }))
    // The first class has each second image of the other one.
    const has = (image: number, number: number) => number === 1 || (number === 0 && image % 2 === 0)
    expect(await stepsOf(has, { classes, examplesPerClass: 100, batchOffset: 9 })).toBeLessThanOrEqual(3)
  })
})
