import { describe, expect, it } from '@jest/globals'
import type { DrawnOpinion } from '../../../../shared/labeling/engine/consolidation/consolidate-boxes.ts'
import { DEFAULT_SETTINGS, DEFAULT_SKILL } from '../../../../shared/labeling/engine/consolidation/settings.ts'
import {
  estimateSkills,
  meanScore,
  NO_SCORES,
  toSkill,
  toSkills,
} from '../../../../shared/labeling/engine/consolidation/skills.ts'
import { consolidate, drawn, plain, square } from '../../../support/fixtures/opinions.ts'

const agreement = (judged: number, sum: number) => ({ agreement: { judged, sum }, gold: NO_SCORES })

describe('the skill of a worker', () => {
  it('is that of a mean score of 0.8 where nothing is known', () => {
    expect(toSkill(agreement(0, 0))).toBeCloseTo(DEFAULT_SKILL, 12)
  })

  it('is the fourth power of the mean score, of which four answers are assumed', () => {
    expect(toSkill(agreement(4, 4))).toBeCloseTo(0.9 ** 4, 12)
    expect(toSkill(agreement(96, 96 * 0.9))).toBeCloseTo(0.896 ** 4, 12)
  })

  it('counts each gold answer as five others', () => {
    expect(toSkill({ agreement: NO_SCORES, gold: { judged: 1, sum: 1 } })).toBeCloseTo(toSkill(agreement(5, 5)), 12)
  })

  it('is never below 0.02', () => {
    expect(toSkill(agreement(1000, 0))).toBe(0.02)
  })
})

describe('the mean score of a worker', () => {
  it('is that of the answers alone, with nothing assumed', () => {
    expect(meanScore(agreement(4, 3))).toBe(0.75)
  })

  it('counts each gold answer as five others', () => {
    expect(meanScore({ agreement: { judged: 5, sum: 5 }, gold: { judged: 1, sum: 0 } })).toBe(0.5)
  })

  it('is unknown before any answer is judged', () => {
    expect(meanScore(agreement(0, 0))).toBeUndefined()
  })
})

describe('skills that are estimated from answers alone', () => {
  const repeat = (count: number, ...boxes: Parameters<typeof drawn>): readonly (readonly DrawnOpinion[])[] =>
    Array.from({ length: count }, () => drawn(...boxes))

  it('are high for workers who agree with each other, and low for one who agrees with nobody', () => {
    const skills = toSkills(estimateSkills(repeat(20, [square(0)], [square(1)], [square(300)]), DEFAULT_SETTINGS))
    expect(skills.get('a')).toBeGreaterThan(0.5)
    expect(skills.get('b')).toBeGreaterThan(0.5)
    expect(skills.get('c')).toBe(0.02)
  })

  it('let one skilled worker decide against two who answer at random', () => {
    const lines = Array.from({ length: 20 }, (_, index) =>
      drawn([square(0)], [square(1)], [square(2)], [square(120 + 10 * index)], []),
    )
    const skills = toSkills(estimateSkills(lines, DEFAULT_SETTINGS))
    const { boxes } = consolidate(
      drawn([square(0)], [square(120)], []).map((opinion, index) => ({ ...opinion, worker: 'ade'[index] ?? '' })),
      skills,
    )
    expect(boxes.map(plain)).toEqual([square(0)])
  })

  it('say nothing about workers who were alone on every image', () => {
    expect(estimateSkills(repeat(3, [square(0)]), DEFAULT_SETTINGS)).toEqual(new Map([['a', agreement(0, 0)]]))
  })

  it('have gold beside the agreement, also of workers who did nothing else', () => {
    const gold = new Map([
      ['b', { judged: 2, sum: 1.5 }],
      ['z', { judged: 1, sum: 1 }],
    ])
    expect(estimateSkills(repeat(1, [square(0)], [square(0)]), DEFAULT_SETTINGS, gold)).toEqual(
      new Map([
        ['a', agreement(1, 1)],
        ['b', { agreement: { judged: 1, sum: 1 }, gold: { judged: 2, sum: 1.5 } }],
        ['z', { agreement: NO_SCORES, gold: { judged: 1, sum: 1 } }],
      ]),
    )
  })

  it('follow gold where two workers differ and nobody else was asked', () => {
    const lines = repeat(10, [square(0)], [square(300)], [])
    const gold = new Map([['a', { judged: 5, sum: 5 }]])
    const skills = toSkills(estimateSkills(lines, DEFAULT_SETTINGS, gold))
    expect(skills.get('a')).toBeGreaterThan((skills.get('b') ?? 1) * 5)
  })
})
