import { beforeAll, describe, expect, it } from '@jest/globals'
import { type Labor, labelTogether } from '../../../support/people/label-together.ts'

const label = (lines: number, people: number, workersPerObject: number): Promise<Labor> => {
  const kinds = Array.from({ length: people }, () => 'good' as const)
  return labelTogether({ kinds, lines, work: { workersPerObject }, isWatched: false })
}

/** Returns the S3 requests to keys of a form. */
function countRequests({ ports }: Labor, key: RegExp, method?: string): number {
  const found = ports.world.calls.filter(
    (call) =>
      /^(objects|uploads|files)$/.test(call.port) && key.test(call.key) && (method ?? call.method) === call.method,
  )
  return found.reduce((sum, { requests }) => sum + requests, 0)
}

const countAnswers = ({ reports }: Labor): number => reports.reduce((sum, { acknowledged }) => sum + acknowledged, 0)

/** `npm run bench -- --only labeling` counts the same at an S3 server, for large jobs. */
describe('S3 requests of labeling', () => {
  let team: Labor
  beforeAll(async () => {
    team = await label(400, 8, 3)
  })

  it('are at most 3.45 an answer in a small job, from the first image to the output manifest', () => {
    expect(team.end?.status).toBe('Completed')
    expect(countRequests(team, /./) / countAnswers(team)).toBeLessThan(3.45)
  })

  it('are one for each answer that comes in time, and one more for each that is read at the end', async () => {
    const labor = await label(100, 3, 1)
    const declined = labor.ledger.filter(({ answer }) => answer === 'declined').length
    expect(countRequests(labor, /\/answers\/.+\.json$/, 'put')).toBe(countAnswers(labor))
    const handedBack = labor.reports.reduce((sum, { blocks }) => sum + blocks, 0)
    expect(countRequests(labor, /\/answers\/.+\.json$/, 'get')).toBeLessThanOrEqual(
      countAnswers(labor) + handedBack + declined,
    )
  })

  it('for the tasks are one a shard, however many see them', async () => {
    const labor = await label(100, 1, 1)
    // Another function writes the result, and reads them again.
    expect(countRequests(labor, /\/tasks\.jsonl$/)).toBe(2)
  })

  it('for the records of workers are one in 45 seconds and function, however many there are', () => {
    const seen = team.ledger.map(({ at }) => Date.parse(at))
    const minutes = (Math.max(...seen) - Math.min(...seen)) / 60_000
    // The functions of tasks and of answers.
    expect(countRequests(team, /labeling-workers\/$/, 'list')).toBeLessThanOrEqual(2 * (minutes / 0.75 + 1))
  })
})
