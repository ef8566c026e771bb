import { describe, expect, it } from '@jest/globals'
import { KIND_NAMES } from '../../../tools/people/kinds.ts'
import { compareWithResult, expectedAnswers } from '../../../tools/people/ledger.ts'
import { type Labor, labelTogether } from '../../support/people/label-together.ts'

const LINES = 110
const OPINIONS = 2

/** Returns for each line how many people have their opinion in the result. */
const countOpinions = ({ result }: Labor): number[] =>
  Array.from({ length: LINES }, (_, index) => result.filter(({ line }) => line === index + 1).length)

describe('people of every kind', () => {
  it('label a job to its end: nothing is lost, nothing is there twice, and everything adds up', async () => {
    const labor = await labelTogether({ kinds: KIND_NAMES, lines: LINES, work: { workersPerObject: OPINIONS } })
    const { reports, ledger, result, end, seen } = labor
    expect(end).toMatchObject({ status: 'Completed', counters: { failed: 0, unlabeled: 0, labeled: LINES } })
    expect(compareWithResult(ledger, result)).toEqual([])
    const opinions = countOpinions(labor)
    expect(Math.min(...opinions)).toBe(OPINIONS)
    const expired = seen.at(-1)?.progress?.expiredLeases ?? 0
    expect(result.length - OPINIONS * LINES).toBeLessThanOrEqual(10 * expired)
    expect(reports.map(({ kind }) => kind)).toEqual(KIND_NAMES)
    expect(reports.filter(({ early }) => early > 0)).toEqual([])
    expect(reports.find(({ kind }) => kind === 'leaves')?.ended).toBe('left')
    expect(new Set(reports.map(({ ended }) => ended))).toEqual(new Set(['done', 'left']))
    expect(expired).toBeGreaterThanOrEqual(2)
  })

  it('are counted as they go, and the counts add up each time that somebody looks', async () => {
    const { seen, result, ledger } = await labelTogether({
      kinds: ['good', 'leaves', 'falls-asleep', 'spammer'],
      lines: 40,
      work: { workersPerObject: 2 },
    })
    const totals = seen.map(({ counters: { labeled, failed, unlabeled } }) => labeled + failed + unlabeled)
    expect(new Set(totals)).toEqual(new Set([40]))
    const given = seen.map(({ progress }) => progress?.opinions.given ?? 0)
    expect(given).toEqual(given.toSorted((one, other) => one - other))
    expect(new Set(given).size).toBeGreaterThan(4)
    expect(given.at(-1)).toBe(result.length)
    expect([...expectedAnswers(ledger).values()].filter(({ answer }) => answer !== 'declined')).toHaveLength(
      result.length,
    )
    expect(seen.at(-1)).toMatchObject({ status: 'Completed', progress: { blocksOut: 0, opinions: { needed: 0 } } })
  })

  it('wait as long as they are told, also when only one of them is needed', async () => {
    const { reports, end } = await labelTogether({ kinds: ['good', 'good', 'good', 'loose', 'sloppy'], lines: 10 })
    expect(end?.counters).toEqual({ labeled: 10, failed: 0, unlabeled: 0 })
    expect(reports.reduce((sum, { waits }) => sum + waits, 0)).toBeGreaterThan(3)
    expect(reports.filter(({ early, ended }) => early > 0 || ended !== 'done')).toEqual([])
  })

  it('verify boxes, and find those wrong that do not fit', async () => {
    const box = { className: 'Cat', left: 10, top: 10, width: 100, height: 80 }
    const { end, ledger } = await labelTogether({
      kinds: ['good', 'good'],
      lines: 40,
      boxes: [box],
      work: { mode: 'verify', labels: ['correct', 'incorrect'] },
    })
    expect(end?.counters.labeled).toBe(40)
    const said = (answer: string): number => ledger.filter((entry) => entry.answer === answer).length
    expect(said('correct')).toBeGreaterThan(20)
    expect(said('incorrect')).toBeGreaterThan(3)
  })

  it('keep boxes that fit exactly as they are when they adjust', async () => {
    const box = { className: 'Cat', left: 1 / 3, top: 10, width: 100, height: 80 }
    const { ledger, result } = await labelTogether({
      kinds: ['good'],
      lines: 20,
      boxes: [box],
      work: { mode: 'adjust' },
    })
    expect(compareWithResult(ledger, result)).toEqual([])
    expect(result.filter(({ boxes }) => boxes?.[0]?.left === 1 / 3).length).toBeGreaterThan(10)
  })

  it('check what others have drawn, and decide where that lacks a box, until every image is right', async () => {
    const kinds = ['good', 'sloppy', 'good', 'leaves', 'falls-asleep', 'two-tabs', 'changes-mind'] as const
    const { ledger, result, end, seen } = await labelTogether({
      kinds,
      reviewers: 1,
      lines: LINES,
      work: { workersPerObject: 1, coverageCheck: true, review: 'disputes' },
    })
    // Where the only worker declines an image, it fails.
    expect(end).toMatchObject({ status: 'Completed', counters: { unlabeled: 0 }, disputed: 0 })
    expect(compareWithResult(ledger, result)).toEqual([])
    const linesWith = (purpose: string): number[] =>
      result.filter((one) => one.purpose === purpose).map(({ line }) => line)
    const [checked, reviewed] = [linesWith('check'), linesWith('review')]
    expect(new Set([...checked, ...reviewed]).size).toBe(end?.counters.labeled)
    expect(checked.filter((line) => reviewed.includes(line)).length).toBeGreaterThan(0)
    expect(seen.at(-1)?.progress).toMatchObject({ checks: { needed: 0 }, disputes: { undecided: 0 } })
  })

  it('practice first, none of which is in the result', async () => {
    const box = { className: 'Cat', left: 100, top: 50, width: 200, height: 100 }
    const image = { key: 'data/b/images/1.jpg', width: 400, height: 200, truth: [box] }
    const practice = Array.from({ length: 20 }, (_, index) => ({ line: index + 1, ...image }))
    const { ledger, result, end, reports } = await labelTogether({
      kinds: KIND_NAMES,
      lines: LINES,
      work: { workersPerObject: OPINIONS, gold: { share: 0, practice: 5 }, practice },
    })
    expect(end).toMatchObject({ status: 'Completed', counters: { failed: 0, unlabeled: 0, labeled: LINES } })
    expect(compareWithResult(ledger, result)).toEqual([])
    const practiced = ledger.filter((entry) => entry.practice)
    expect(practiced.filter(({ counted }) => counted)).toEqual([])
    // All but the one who leaves.
    const perPerson = [...Map.groupBy(practiced, ({ person }) => person).values()].map(({ length }) => length)
    expect(perPerson.filter((count) => count === 5).length).toBeGreaterThanOrEqual(KIND_NAMES.length - 1)
    expect(new Set(reports.map(({ ended }) => ended))).toEqual(new Set(['done', 'left']))
  })
})
