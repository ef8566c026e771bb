import { describe, expect, it } from '@jest/globals'
import type { Criteria } from '../../../shared/contracts/criteria.ts'
import { computeRecipe } from '../../../shared/selection/engine/recipe.ts'

const CRITERIA: Criteria = {
  classes: [
    { className: 'Tire', classIds: ['/m/0h9mv'] },
    { className: 'Bird', classIds: ['/m/015p6', '/m/09b5t'] },
  ],
  examplesPerClass: 20,
  batchOffset: 0,
  allocation: 'disjoint',
  skipImages: ['251d4c429f6f9c39', '065ad49f98157c8d'],
  excludeFlags: ['isGroupOf', 'isInside'],
}
const recipe = (changes: Partial<Criteria> = {}, contentHash = 'sha256-1') =>
  computeRecipe(contentHash, { ...CRITERIA, ...changes })

describe('computeRecipe', () => {
  it('returns a SHA-256 that is the same in every account and version', () => {
    expect(recipe()).toBe('sha256-df52abb088b1b73ffeb00e2cc9b7b336624dea25fcd6fcf00b39ba54cd89e22b')
  })
  it.each<[string, Partial<Criteria>]>([
    ['the batch offset', { batchOffset: 7 }],
    ['the order of the skip list, and duplicates in it', { skipImages: ['065ad49f98157c8d', ...CRITERIA.skipImages] }],
    [
      'the order of the excluded flags, and duplicates in them',
      { excludeFlags: ['isInside', 'isGroupOf', 'isInside'] },
    ],
    ['the name of a class', { classes: CRITERIA.classes.map((requested) => ({ ...requested, className: 'other' })) }],
  ])('does not depend on %s', (_, changes) => {
    expect(recipe(changes)).toBe(recipe())
  })
  it.each<[string, Partial<Criteria>]>([
    ['the order of the classes', { classes: CRITERIA.classes.toReversed() }],
    ['the ids of a class', { classes: [CRITERIA.classes[0]!, { className: 'Bird', classIds: ['/m/015p6'] }] }],
    ['the examples per class', { examplesPerClass: 21 }],
    ['the allocation', { allocation: 'window' }],
    ['the skip list', { skipImages: ['251d4c429f6f9c39'] }],
    ['the excluded flags', { excludeFlags: ['isGroupOf'] }],
  ])('changes with %s', (_, changes) => {
    expect(recipe(changes)).not.toBe(recipe())
  })
  it('changes with the content hash', () => {
    expect(recipe({}, 'sha256-2')).not.toBe(recipe())
  })
})
