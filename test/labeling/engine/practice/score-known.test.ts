import { describe, expect, it } from '@jest/globals'
import fc from 'fast-check'
import type { ClassBox } from '../../../../shared/labeling/engine/consolidation/boxes.ts'
import { scoreKnown } from '../../../../shared/labeling/engine/practice/score-known.ts'

const box = (changes: Partial<ClassBox> = {}): ClassBox => ({
  className: 'Cat',
  left: 10,
  top: 10,
  width: 100,
  height: 50,
  ...changes,
})

const anyBox = (...classes: readonly [string, ...string[]]) =>
  fc.record({
    className: fc.constantFrom(...classes),
    left: fc.integer({ min: 0, max: 200 }),
    top: fc.integer({ min: 0, max: 200 }),
    width: fc.integer({ min: 1, max: 200 }),
    height: fc.integer({ min: 1, max: 200 }),
  })
const truth = fc.array(anyBox('Cat', 'Dog'), { minLength: 1, maxLength: 5 })

describe('the score by known boxes', () => {
  it('is 1 for exactly these boxes, whatever is drawn around other classes', () => {
    fc.assert(
      fc.property(truth, fc.array(anyBox('Tree', 'Car'), { maxLength: 4 }), (known, others) => {
        expect(scoreKnown([...others, ...known], known)).toBeCloseTo(1, 9)
      }),
    )
  })

  it('is 0 where nothing of a known class was drawn', () => {
    fc.assert(
      fc.property(truth, fc.array(anyBox('Tree'), { maxLength: 4 }), (known, others) => {
        expect(scoreKnown(others, known)).toBe(0)
      }),
    )
  })

  it('is lowered by a further box of a known class', () => {
    expect(scoreKnown([box(), box({ left: 300 })], [box()])).toBeCloseTo(2 / 3, 9)
  })

  it('does not take a box of another known class for the right one', () => {
    expect(scoreKnown([box({ className: 'Dog' })], [box(), box({ className: 'Dog', left: 300 })])).toBe(0)
  })
})
