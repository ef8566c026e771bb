import { describe, expect, it } from '@jest/globals'
import fc from 'fast-check'
import { distance } from 'fastest-levenshtein'
import { foldName } from '../../shared/open-images/fold-name.ts'
import { MAX_SUGGESTION_STEPS, nameSuggester } from '../../shared/open-images/nearest-names.ts'
import { boxable } from '../support/fixtures/published.ts'

const names = boxable.map(({ className }) => className)
const suggest = (name: string, from = names) => nameSuggester(from)(name, { steps: Number.POSITIVE_INFINITY })

describe('nameSuggester', () => {
  it.each([
    ['tyre', ['Tire']],
    ['Dogs', ['Dog']],
    ['traffic sing', ['Traffic sign', 'Traffic light']],
    ['license plate', ['Plate', 'Vehicle registration plate']],
    ['motorbike', ['Motorcycle']],
    ['qwertyuiop', []],
    ['', []],
  ])('suggests for %j the names %j', (name, nearest) => {
    expect(suggest(name)).toEqual(nearest)
  })

  it('suggests at most five names, best first', () => {
    expect(suggest('human')).toEqual(['Human arm', 'Human ear', 'Human eye', 'Human leg', 'Human body'])
  })

  it('does not depend on the order of the names', () => {
    expect(suggest('human', names.toReversed())).toEqual(suggest('human'))
  })

  it('suggests what comparing each name letter by letter finds', () => {
    const letters = fc.constantFrom(...'abdeginorst ')
    const typo = fc
      .tuple(fc.constantFrom(...names), fc.array(fc.tuple(fc.nat(20), letters, fc.boolean()), { maxLength: 4 }))
      .map(([name, edits]) =>
        edits.reduce((text, [at, letter, adds]) => text.slice(0, at) + letter + text.slice(at + (adds ? 0 : 1)), name),
      )
    fc.assert(
      fc.property(typo, (name) => {
        expect(suggest(name)).toEqual(suggestSlowly(name))
      }),
      { numRuns: 200 },
    )
  })
})

/** The definition of a suggestion, without any short cut. */
function suggestSlowly(name: string): string[] {
  const folded = foldName(name)
  const words = (text: string) => text.split(/[^\p{L}\p{N}]+/u).filter(({ length }) => length >= 3)
  const toTier = (candidate: string, edits: number): number => {
    if (folded === '') return 0
    if (edits <= Math.max(1, Math.floor(folded.length / 3))) return 1
    if (candidate.includes(folded) || ` ${folded} `.includes(` ${candidate} `)) return 2
    const isAlike = folded.length >= 6 && folded[0] === candidate[0] && edits <= folded.length / 2
    return isAlike || words(folded).some((word) => words(candidate).includes(word)) ? 3 : 0
  }
  return names
    .map((candidate) => ({ candidate, edits: distance(folded, foldName(candidate)) }))
    .map(({ candidate, edits }) => ({ candidate, edits, tier: toTier(foldName(candidate), edits) }))
    .filter(({ tier }) => tier > 0)
    .sort((a, b) => a.tier - b.tier || a.edits - b.edits || (a.candidate < b.candidate ? -1 : 1))
    .slice(0, 5)
    .map(({ candidate }) => candidate)
}

describe('the work of suggestions', () => {
  const spend = (name: string, from: readonly string[], steps = MAX_SUGGESTION_STEPS) => {
    const budget = { steps }
    const found = nameSuggester(from)(name, budget)
    return { found, spent: steps - budget.steps }
  }
  const long = Array.from({ length: 1000 }, (_, index) => `${'ab'.repeat(98)} ${index}`)

  it('is one step for each name that is too long or too short to be near', () => {
    expect(spend('q'.repeat(200), names)).toEqual({ found: [], spent: names.length })
    expect(spend('yz', long)).toEqual({ found: [], spent: long.length })
  })

  it('counts looking for a name within longer ones that have its letters', () => {
    const { found, spent } = spend('aab', long)
    expect(found).toEqual([])
    expect(spent).toBeGreaterThan(100 * long.length)
  })

  it('is one step for each name of other letters', () => {
    expect(
      spend(
        'zzzzzz',
        Array.from({ length: 100 }, (_, index) => `bcdfgh${index}`),
      ).spent,
    ).toBe(100)
  })

  it('ends when the budget of the request is spent, without a suggestion', () => {
    const name = `${'ab'.repeat(98)} 17x`
    const whole = spend(name, long)
    expect(whole.found.length).toBeGreaterThan(0)
    for (const steps of [0, 1, 1000, whole.spent - 1]) {
      const { found, spent } = spend(name, long, steps)
      expect(found).toEqual([])
      // What is spent too much is at most one comparison, or the names of one word.
      expect(spent - steps).toBeLessThanOrEqual(8 * long.length)
    }
    expect(spend(name, long, whole.spent)).toEqual(whole)
  })

  it('is bounded where every name shares a word', () => {
    const sharing = Array.from({ length: 5000 }, (_, index) => `species ${index}`)
    const budget = { steps: 1_000_000 }
    const suggestFrom = nameSuggester(sharing)
    while (budget.steps >= 0) expect(suggestFrom('species x', budget).length === 0).toBe(budget.steps < 0)
    expect(budget.steps).toBeGreaterThan(-10 * sharing.length)
    expect(suggestFrom('species 17', budget)).toEqual([])
  })
})
