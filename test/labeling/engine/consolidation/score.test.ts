import { describe, expect, it } from '@jest/globals'
import fc from 'fast-check'
import { scoreBoxes, scoreOpinions } from '../../../../shared/labeling/engine/consolidation/score.ts'
import { DEFAULT_SETTINGS } from '../../../../shared/labeling/engine/consolidation/settings.ts'
import { anyBoxes, drawn, EQUAL_SKILLS, IMAGE, square } from '../../../support/fixtures/opinions.ts'

describe('the score of an answer', () => {
  it('is 1 for exactly the expected boxes, and for none where there are none', () => {
    expect(scoreBoxes([square(0), square(300)], [square(300), square(0)])).toBe(1)
    expect(scoreBoxes([], [])).toBe(1)
  })

  it('is 0 for nothing where there is something, and for something where there is nothing', () => {
    expect(scoreBoxes([], [square(0)])).toBe(0)
    expect(scoreBoxes([square(0)], [])).toBe(0)
  })

  it('falls with each box that is missing or too many', () => {
    expect(scoreBoxes([square(0)], [square(0), square(300)])).toBeCloseTo(2 / 3)
    expect(scoreBoxes([square(0), square(150), square(300)], [square(0)])).toBeCloseTo(1 / 2)
  })

  it('counts a box by how much it overlaps', () => {
    expect(scoreBoxes([square(0)], [square(20)])).toBeCloseTo(80 / 120)
  })

  it('counts no box of another class, and no expected box twice', () => {
    expect(scoreBoxes([square(0, 'Dog')], [square(0, 'Wolf')])).toBe(0)
    expect(scoreBoxes([square(0), square(0)], [square(0)])).toBeCloseTo(2 / 3)
  })

  it('matches the boxes that overlap most first', () => {
    expect(scoreBoxes([square(0), square(20)], [square(18), square(40)])).toBeCloseTo((98 / 102 + 60 / 140) / 2)
  })

  it('is from 0 to 1, and the same the other way round', () => {
    fc.assert(
      fc.property(anyBoxes, anyBoxes, (one, other) => {
        const score = scoreBoxes(one, other)
        expect(score >= 0 && score <= 1 + 1e-9).toBe(true)
        expect(scoreBoxes(other.toReversed(), one)).toBeCloseTo(score, 9)
      }),
    )
  })
})

describe('the scores of opinions', () => {
  const score = (...opinions: Parameters<typeof drawn>) =>
    scoreOpinions(drawn(...opinions), EQUAL_SKILLS, DEFAULT_SETTINGS, IMAGE)

  it('compare each with the consensus of the others, made without it', () => {
    // With the third opinion, the second box would be there for nobody: of two others, each one can keep it.
    expect(score([square(0)], [square(0)], [square(0), square(300)])).toEqual(
      new Map([
        ['a', expect.closeTo(2 / 3)],
        ['b', expect.closeTo(2 / 3)],
        ['c', expect.closeTo(2 / 3)],
      ]),
    )
  })

  it('compare two opinions with each other', () => {
    expect(score([square(0)], [square(20)])).toEqual(
      new Map([
        ['a', expect.closeTo(80 / 120)],
        ['b', expect.closeTo(80 / 120)],
      ]),
    )
  })

  it('follow the skilled workers among the others', () => {
    const opinions = drawn([square(0)], [square(0)], [square(300)], [square(300)])
    const skills = new Map([
      ['a', 0.9],
      ['b', 0.9],
      ['c', 0.1],
      ['d', 0.1],
    ])
    const scores = scoreOpinions(opinions, skills, DEFAULT_SETTINGS, IMAGE)
    expect([...(scores ?? [])]).toEqual([
      ['a', 1],
      ['b', 1],
      ['c', 0],
      ['d', 0],
    ])
  })

  it('are unknown for a single opinion', () => {
    expect(score([square(0)])).toBeUndefined()
    expect(score()).toBeUndefined()
  })
})
