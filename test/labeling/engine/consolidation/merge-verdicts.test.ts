import { describe, expect, it } from '@jest/globals'
import fc from 'fast-check'
import { mergeVerdicts } from '../../../../shared/labeling/engine/consolidation/merge-verdicts.ts'
import type { Skills } from '../../../../shared/labeling/engine/consolidation/settings.ts'

const EQUAL: Skills = new Map()
/** Verdicts of the workers a, b, c, and so on. */
const merge = (verdicts: readonly string[], skills = EQUAL) =>
  mergeVerdicts(
    verdicts.map((verdict, index) => ({ worker: String.fromCharCode(97 + index), verdict })),
    skills,
  )

describe('the merged verdict', () => {
  it('is that of most workers, with their share', () => {
    expect(merge(['incorrect', 'correct', 'correct'])).toEqual({
      verdict: 'correct',
      confidence: 0.67,
      isDisputed: false,
    })
  })

  it('is that of the more skilled workers, also when they are fewer', () => {
    const skills = new Map([['a', 0.9]])
    expect(merge(['incorrect', 'correct', 'correct'], skills)).toMatchObject({ verdict: 'incorrect', confidence: 0.52 })
  })

  it('is in dispute when it leads by less than a third of the weight', () => {
    const isDisputed = (...verdicts: readonly string[]) => merge(verdicts).isDisputed
    expect(isDisputed('correct', 'incorrect')).toBe(true)
    expect(isDisputed('correct', 'correct', 'incorrect', 'correct', 'incorrect')).toBe(true)
    expect(isDisputed('correct', 'correct', 'incorrect')).toBe(false)
    expect(isDisputed('correct')).toBe(false)
  })

  it('is that of the smallest worker id when two have equal weight, whatever the order', () => {
    const opinions = [
      { worker: 'b', verdict: 'correct' },
      { worker: 'a', verdict: 'incorrect' },
    ]
    expect(mergeVerdicts(opinions, EQUAL)).toEqual({ verdict: 'incorrect', confidence: 0.5, isDisputed: true })
    expect(mergeVerdicts(opinions.toReversed(), EQUAL)).toEqual(mergeVerdicts(opinions, EQUAL))
  })

  it('does not depend on the order of the opinions', () => {
    const verdicts = fc.array(fc.constantFrom('correct', 'incorrect'), { minLength: 1, maxLength: 9 })
    const weights = fc.array(fc.double({ min: 0.02, max: 1, noNaN: true }), { maxLength: 9 })
    fc.assert(
      fc.property(verdicts, weights, fc.infiniteStream(fc.nat()), (given, skills, keys) => {
        const opinions = given.map((verdict, index) => ({ worker: `worker-${index}`, verdict, key: keys.next().value }))
        const known = new Map(skills.map((skill, index) => [`worker-${index}`, skill]))
        const shuffled = opinions.toSorted((one, other) => one.key - other.key)
        expect(mergeVerdicts(shuffled, known)).toEqual(mergeVerdicts(opinions, known))
      }),
    )
  })
})
