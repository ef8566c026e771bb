import { describe, expect, it } from '@jest/globals'
import fc from 'fast-check'
import { choosePracticeImages } from '../../../../shared/labeling/engine/practice/choose-images.ts'
import { pseudonym } from '../../../support/fixtures/closed-work.ts'

const images = Array.from({ length: 100 }, (_, index) => ({ line: index + 1 }))

describe('the practice images of a worker', () => {
  it('are the same in whatever order all of them are stored', () => {
    fc.assert(
      fc.property(
        fc.shuffledSubarray(images, { minLength: images.length }),
        fc.integer({ min: 1, max: 50 }),
        (shuffled, count) => {
          expect(choosePracticeImages(shuffled, pseudonym(1), count)).toEqual(
            choosePracticeImages(images, pseudonym(1), count),
          )
        },
      ),
    )
  })

  it('are all there are, where that is fewer than asked for', () => {
    expect(choosePracticeImages(images.slice(0, 3), pseudonym(1), 5)).toEqual(images.slice(0, 3))
  })

  it('are spread over all images: each is seen by some of many workers', () => {
    const seen = Array.from({ length: 200 }, (_, worker) => choosePracticeImages(images, pseudonym(worker), 5)).flat()
    const counts = [...Map.groupBy(seen, ({ line }) => line).values()].map(({ length }) => length)
    expect(counts).toHaveLength(100)
    // Ten on average.
    expect(Math.max(...counts)).toBeLessThan(30)
  })
})
