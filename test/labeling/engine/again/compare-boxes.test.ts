import { describe, expect, it } from '@jest/globals'
import fc from 'fast-check'
import { compareWithBoxes } from '../../../../shared/labeling/engine/again/compare-boxes.ts'
import type { ClassBox } from '../../../../shared/labeling/engine/consolidation/boxes.ts'

const box = (left: number, changes: Partial<ClassBox> = {}): ClassBox => ({
  className: 'Cat',
  left,
  top: 0.1,
  width: 0.7,
  height: 10,
  ...changes,
})

const NONE = { same: 0, moved: 0, otherClass: 0, added: 0, removed: 0, overlap: 0 }

const BOXES = fc.array(
  fc.record({
    className: fc.constantFrom('Cat', 'Dog'),
    left: fc.integer({ min: 0, max: 6 }),
    top: fc.integer({ min: 0, max: 3 }),
    width: fc.integer({ min: 1, max: 6 }),
    height: fc.integer({ min: 1, max: 6 }),
  }),
  { maxLength: 8 },
)

describe('boxes that are compared with earlier ones', () => {
  it('are the same with the same class and identical edges', () => {
    expect(compareWithBoxes([box(0.1), box(5)], [box(5), box(0.1)])).toEqual({ ...NONE, same: 2, overlap: 2 })
  })

  it('have moved where they overlap by half', () => {
    const result = compareWithBoxes([box(0, { width: 10 })], [box(0, { width: 5 })])
    expect(result).toEqual({ ...NONE, moved: 1, overlap: 0.5 })
  })

  it('are others where they overlap by less', () => {
    const result = compareWithBoxes([box(0, { width: 10 })], [box(0, { width: 4.9 })])
    expect(result).toEqual({ ...NONE, added: 1, removed: 1 })
  })

  it('have another class where only that differs', () => {
    expect(compareWithBoxes([box(1)], [box(1, { className: 'Dog' })])).toEqual({ ...NONE, otherClass: 1 })
  })

  it('belong to boxes of their own class before others', () => {
    const earlier = [box(0, { width: 10 })]
    const again = [box(0, { width: 10, className: 'Dog' }), box(0, { width: 6 })]
    expect(compareWithBoxes(earlier, again)).toEqual({ ...NONE, moved: 1, added: 1, overlap: 0.6 })
  })

  it('count one by one where several are identical', () => {
    expect(compareWithBoxes([box(1), box(1)], [box(1)])).toEqual({ ...NONE, same: 1, removed: 1, overlap: 1 })
  })

  it('are each counted once', () => {
    fc.assert(
      fc.property(BOXES, BOXES, (earlier, again) => {
        const { same, moved, otherClass, added, removed, overlap } = compareWithBoxes(earlier, again)
        const paired = same + moved + otherClass
        expect([paired + removed, paired + added]).toEqual([earlier.length, again.length])
        expect(overlap).toBeLessThanOrEqual(same + moved)
        expect(overlap).toBeGreaterThanOrEqual(same + moved / 2)
      }),
    )
  })

  it('do not depend on their order', () => {
    fc.assert(
      fc.property(BOXES, BOXES, (earlier, again) => {
        const { overlap, ...counts } = compareWithBoxes(earlier, again)
        const { overlap: reversed, ...reversedCounts } = compareWithBoxes(earlier.toReversed(), again.toReversed())
        expect(reversedCounts).toEqual(counts)
        expect(reversed).toBeCloseTo(overlap, 9)
      }),
    )
  })
})
