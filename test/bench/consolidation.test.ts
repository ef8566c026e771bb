import { describe, expect, it } from '@jest/globals'
import { compareRules, countAsked } from '../../bench/consolidation/ask-until-agreed.ts'
import { compareTeams, findShortfalls } from '../../bench/consolidation/compare-teams.ts'
import { measureQuality } from '../../bench/consolidation/quality.ts'
import { QUICK_EXTENT } from '../../bench/consolidation/section.ts'
import { simulateImages } from '../../bench/consolidation/simulate.ts'
import { ADAPTIVE_TEAMS, ASSIGNMENTS } from '../../bench/consolidation/teams.ts'
import { drawn, square } from '../support/fixtures/opinions.ts'

describe('consolidation', () => {
  const { rows, failures } = compareTeams(ASSIGNMENTS, QUICK_EXTENT)
  /** How much better ours is than the simulated labeling service, on average. */
  const gain = (kind: string, opinions: number, measure: 'IoU' | 'recall'): number => {
    const [emulator, , ours] = rows.filter((row) => String(row.team).includes(kind) && row.opinions === opinions)
    return Number(ours?.[measure]) - Number(emulator?.[measure])
  }

  it('finds as many objects as the simulated labeling service, as exactly, whatever the team', () => {
    expect(failures).toEqual([])
  })

  it('is more exact where some of five workers are loose or sloppy', () => {
    expect(gain('2 sloppy', 5, 'IoU')).toBeGreaterThan(0.013)
    expect(gain('2 spam', 5, 'IoU')).toBeGreaterThan(0.01)
  })

  it('finds objects that spammers would vote down', () => {
    expect(gain('2 spam', 3, 'recall')).toBeGreaterThan(0.08)
  })

  it('of workers who are asked until two agree is as exact as that of three, and takes fewer where these are good', () => {
    for (const team of ADAPTIVE_TEAMS) {
      const [three, , adaptive] = compareRules([team], QUICK_EXTENT).rows
      expect(Number(adaptive?.IoU)).toBeGreaterThan(Number(three?.IoU) - 0.005)
      expect(Number(adaptive?.recall)).toBeGreaterThan(Number(three?.recall) - 0.005)
      expect(Number(adaptive?.opinions)).toBeLessThan(3.1)
    }
  })
})

describe('the comparison', () => {
  const [{ team }] = ASSIGNMENTS as [(typeof ASSIGNMENTS)[0]]
  const quality = { overlap: 0.9, close: 0.5, recall: 0.8, falseBoxes: 0 }

  it('fails when ours is worse on a single seed, by more than the team may be', () => {
    const compare = (tolerance: number, worse: Partial<typeof quality>) =>
      findShortfalls(
        { team: { ...team, tolerance }, opinions: 3 },
        { emulator: [quality, quality], ours: [quality, { ...quality, ...worse }] },
      )
    expect(compare(0, {})).toEqual([])
    expect(compare(0, { overlap: 0.89 })).toHaveLength(1)
    expect(compare(0, { recall: 0.79 })).toHaveLength(1)
    expect(compare(0.02, { overlap: 0.89, recall: 0.79 })).toEqual([])
  })

  it('has the same images for the same seed, whoever is asked about them', () => {
    const simulate = (seed: number, opinions: number) => simulateImages(team.members, opinions, 5, seed)
    const truth = (images: ReturnType<typeof simulate>) => images.map((image) => image.truth)
    expect(simulate(1, 3)).toEqual(simulate(1, 3))
    expect(truth(simulate(1, 3))).toEqual(truth(simulate(1, 5)))
    expect(truth(simulate(1, 3))).not.toEqual(truth(simulate(2, 3)))
  })

  it('asks different members of the team about an image', () => {
    for (const { opinions } of simulateImages(team.members, 5, 20, 1))
      expect(new Set(opinions.map(({ worker }) => worker)).size).toBe(5)
  })
})

describe('the quality of boxes', () => {
  it('is measured by the objects that are found, how exactly, and by boxes that show none', () => {
    const truth = [square(0), square(200), square(400)]
    // The second box is off by a tenth, and the last one shows nothing.
    const boxes = [square(0), square(210), square(530)]
    expect(measureQuality([{ truth, boxes }])).toEqual({
      overlap: expect.closeTo((1 + 90 / 110) / 2),
      close: 1 / 2,
      recall: 2 / 3,
      falseBoxes: 1,
    })
  })
})

describe('asking until two agree', () => {
  const [one, same, another] = [[square(0)], [square(4)], [square(300)]] as const

  it('ends with the second opinion when it agrees with the first', () => {
    expect(countAsked(drawn([...one], [...same], [...another]))).toBe(2)
  })

  it('goes on until any two of them agree', () => {
    expect(countAsked(drawn([...one], [...another], [], [...same], [...one]))).toBe(4)
  })

  it('ends with the last one who can be asked', () => {
    expect(countAsked(drawn([...one], [...another], []))).toBe(3)
  })

  it('takes three who say that there is nothing', () => {
    expect(countAsked(drawn([], [], [], [...one], [...same]))).toBe(3)
    expect(countAsked(drawn([], [...one], [], [], [...same]))).toBe(4)
  })
})
