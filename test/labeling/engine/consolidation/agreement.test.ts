import { describe, expect, it } from '@jest/globals'
import fc from 'fast-check'
import { agreeInFull } from '../../../../shared/labeling/engine/consolidation/agreement.ts'
import { anyBoxes, square } from '../../../support/fixtures/opinions.ts'

describe('two opinions agree in full', () => {
  it('when each box of one has its own box of the other, of the same class, that overlaps by so much', () => {
    expect(agreeInFull([square(0), square(300)], [square(302), square(5)], 0.85)).toBe(true)
  })

  it('when both have no boxes', () => {
    expect(agreeInFull([], [], 0.85)).toBe(true)
  })

  it('also when a box has to take the partner that is not its nearest', () => {
    // The second box of the first opinion overlaps enough with the middle one only, which is the nearest one of both.
    expect(agreeInFull([square(0), square(8)], [square(2), square(-6)], 0.85)).toBe(true)
    expect(agreeInFull([square(8), square(0)], [square(2), square(-6)], 0.85)).toBe(true)
  })

  it('whichever of them comes first', () => {
    fc.assert(
      fc.property(anyBoxes, anyBoxes, fc.constantFrom(0.1, 0.5, 0.85), (one, other, agreeAt) => {
        expect(agreeInFull(one, other, agreeAt)).toBe(agreeInFull(other, one, agreeAt))
        expect(agreeInFull(one, one.toReversed(), agreeAt)).toBe(true)
      }),
    )
  })
})

describe('two opinions do not agree in full', () => {
  it('when one has a box more', () => {
    expect(agreeInFull([square(0)], [square(0), square(300)], 0.85)).toBe(false)
    expect(agreeInFull([square(0)], [], 0.85)).toBe(false)
  })

  it('when two boxes would need the same partner', () => {
    expect(agreeInFull([square(0), square(1)], [square(0), square(300)], 0.85)).toBe(false)
  })

  it('when a box has another class', () => {
    expect(agreeInFull([square(0, 'Dog')], [square(0, 'Wolf')], 0.85)).toBe(false)
  })

  it('when boxes overlap by less', () => {
    expect(agreeInFull([square(0)], [square(9)], 0.85)).toBe(false)
    expect(agreeInFull([square(0)], [square(8)], 0.85)).toBe(true)
  })
})
