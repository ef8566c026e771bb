import { describe, expect, it } from '@jest/globals'
import type { ClassBox } from '../../../../shared/labeling/engine/consolidation/boxes.ts'
import { comparableOpinions } from '../../../../shared/labeling/engine/consolidation/comparable.ts'
import { consolidateBoxes } from '../../../../shared/labeling/engine/consolidation/consolidate-boxes.ts'
import { DEFAULT_SETTINGS } from '../../../../shared/labeling/engine/consolidation/settings.ts'

const box = (left: number, width = 50): ClassBox => ({ className: 'Cat', left, top: 0, width, height: 50 })

/** Draws boxes beside each other. */
const apart = (worker: string, count: number) => ({
  worker,
  boxes: Array.from({ length: count }, (_, index) => box(100 * index)),
})

/** Draws boxes all over each other. */
const heap = (worker: string, count: number) => ({
  worker,
  boxes: Array.from({ length: count }, (_, index) => box(index / 10, 500)),
})

const workersOf = (opinions: readonly { readonly worker: string }[]) => opinions.map(({ worker }) => worker)

describe('opinions that are compared', () => {
  it('are all of them where nine workers draw a hundred objects each', () => {
    const opinions = Array.from({ length: 9 }, (_, index) => apart(`w${index}`, 100))
    expect(comparableOpinions(opinions)).toBe(opinions)
  })

  it('are all of them where one worker alone draws hundreds of boxes over each other', () => {
    const opinions = [apart('a', 3), heap('b', 500), apart('c', 3)]
    expect(workersOf(comparableOpinions(opinions))).toEqual(['a', 'b', 'c'])
  })

  it('are those of the others where several do so', () => {
    const opinions = [heap('d', 500), apart('a', 3), heap('b', 499), apart('c', 3), heap('e', 500)]
    expect(workersOf(comparableOpinions(opinions))).toEqual(['a', 'b', 'c'])
    expect(workersOf(comparableOpinions(opinions.toReversed()))).toEqual(['c', 'b', 'a'])
  })

  it('are at least one, however many boxes it has', () => {
    expect(workersOf(comparableOpinions([heap('b', 500), heap('a', 500)]))).toEqual(['a'])
  })

  it('make the label, which names the others', () => {
    const opinions = [heap('d', 500), apart('a', 3), heap('b', 500), apart('c', 3), heap('e', 500)]
    const { boxes, leftOut } = consolidateBoxes(opinions, new Map(), DEFAULT_SETTINGS, undefined)
    expect(leftOut).toEqual(['d', 'e'])
    expect(boxes.filter(({ workers }) => workers.includes('a'))).toHaveLength(3)
  })
})
