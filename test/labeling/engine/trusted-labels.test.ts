import { beforeAll, describe, expect, it } from '@jest/globals'
import { readProgress } from '../../../shared/labeling/engine/progress/read-progress.ts'
import { findWork, type Work } from '../../../shared/labeling/engine/work.ts'
import { workerPseudonym } from '../../../shared/labeling/workers/pseudonym.ts'
import { findWorker } from '../../../shared/labeling/workers/store.ts'
import type { KindName } from '../../../tools/people/kinds.ts'
import { type Labor, labelTogether } from '../../support/people/label-together.ts'

const MIXED: readonly KindName[] = ['good', 'good', 'good', 'good', 'good', 'loose', 'loose', 'sloppy']
const SPAMMED: readonly KindName[] = ['good', 'good', 'good', 'good', 'good', 'loose', 'sloppy', 'spammer']
const STOP_WHEN = { workers: 2, agreeAt: 0.85 }

const workOf = async ({ ports }: Labor): Promise<Work> => (await findWork('cats-1', ports))!.value

const pseudonymOf = async ({ ports }: Labor, name: string): Promise<string> =>
  workerPseudonym((await findWorker(name, ports))!.value.id, 1)

const scoresOf = async (labor: Labor, name: string) => {
  const { workers } = await readProgress(await workOf(labor), labor.ports)
  return workers[await pseudonymOf(labor, name)]?.score
}

/** Returns when a person answered, in milliseconds since 1970. */
const answersOf = ({ ledger }: Labor, name: string): number[] =>
  ledger.filter(({ person, counted }) => person === name && counted).map(({ at }) => Date.parse(at))

describe('a job that asks two to five people about each image', () => {
  it('labels every image with at most 60 % of the answers of five', async () => {
    const labor = await labelTogether({ kinds: MIXED, lines: 200, work: { workersPerObject: 5, stopWhen: STOP_WHEN } })
    expect(labor.end).toMatchObject({ status: 'Completed', counters: { labeled: 200 } })
    const given = labor.seen.at(-1)?.progress?.opinions.given ?? 0
    expect(given / 200).toBeGreaterThan(2)
    expect(given / 200).toBeLessThan(3)
  })
})

describe.each([
  ['asks until two agree', { workersPerObject: 5, stopWhen: STOP_WHEN }],
  ['asks three people about each image', { workersPerObject: 3 }],
])('a job that %s, and of whose people one answers at random', (_, work) => {
  let labor: Labor
  beforeAll(async () => {
    labor = await labelTogether({ kinds: SPAMMED, lines: 400, work })
  })

  it('suspends that person, and nobody else', async () => {
    expect(labor.end).toMatchObject({ status: 'Completed', counters: { labeled: 400 } })
    expect(Object.keys((await workOf(labor)).suspended ?? {})).toEqual([await pseudonymOf(labor, 'spammer-7')])
  })

  it('gives nothing to that person from a minute later on, beyond the block that was begun', async () => {
    const { at = '' } = Object.values((await workOf(labor)).suspended ?? {})[0] ?? {}
    const late = answersOf(labor, 'spammer-7').filter((time) => time > Date.parse(at) + 60_000)
    expect(late.length).toBeLessThanOrEqual(10)
    expect(Math.max(...answersOf(labor, 'good-0'))).toBeGreaterThan(Date.parse(at) + 120_000)
  })

  it('knows who is good', async () => {
    const mean = async (name: string): Promise<number> => {
      const { judged = 0, sum = 0 } = (await scoresOf(labor, name))?.agreement ?? {}
      return sum / judged
    }
    const means = await Promise.all(['good-0', 'loose-5', 'sloppy-6', 'spammer-7'].map(mean))
    expect(means).toEqual(means.toSorted((one, other) => other - one))
    expect(means[0]).toBeGreaterThan(0.8)
    expect(means[3]).toBeLessThan(0.4)
  })
})
