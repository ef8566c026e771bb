import { afterAll, beforeAll, describe, expect, it } from '@jest/globals'
import { readBatchTruth } from '../../../tools/people/batch-truth.ts'
import { realClock } from '../../../tools/people/clock.ts'
import { expectedAnswers, type LedgerEntry } from '../../../tools/people/ledger.ts'
import { runPeople } from '../../../tools/people/run-people.ts'
import { httpSend } from '../../../tools/people/send.ts'
import { type RunningApi, startApi } from '../../support/http/running-api.ts'

let api: RunningApi
beforeAll(async () => {
  api = await startApi()
  await api.importSample('sample-train')
  const body = { dataset: 'sample-train', classNames: ['Person'], examplesPerClass: 10 }
  await api.call('PUT', '/v1/batches/people-0', body)
  await api.call('POST', '/v1/batches/people-0/copy')
  await api.until('/v1/batches/people-0/copy', ({ json }) => json.state === 'copied')
})
afterAll(() => api.stop())

describe('simulated people over HTTP', () => {
  it('label a batch with what Open Images knows about it, until the job is completed', async () => {
    const created = await api.call('PUT', '/v1/labeling-jobs/people-0-labels', {
      batch: 'people-0',
      workersPerObject: 2,
    })
    expect(created.status).toBe(201)
    const { total } = created.json.counters
    const people = await Promise.all(
      (['good', 'sloppy', 'goes-offline'] as const).map(async (kind) => {
        const { json } = await api.call('PUT', `/v1/workers/${kind}`, {})
        return { name: kind, kind, seed: 1, access: { secret: json.link.replace(/^.*#/, '') as string } }
      }),
    )
    const send = httpSend(api.stack.api)
    const truth = await readBatchTruth('people-0', api.stack.token, send)
    const ledger: LedgerEntry[] = []
    const reports = await runPeople(people, {
      send,
      clock: realClock(1000),
      ledger: { record: (entry) => void ledger.push(entry) },
      truth: () => truth,
      seed: 1,
    })
    expect(reports.filter(({ early, ended }) => early > 0 || ended !== 'done')).toEqual([])
    await api.until('/v1/labeling-jobs/people-0-labels', ({ json }) => json.output !== undefined)
    const { json } = await api.call('GET', '/v1/labeling-jobs/people-0-labels')
    expect(json).toMatchObject({ status: 'Completed', counters: { total, labeled: total }, blocksOut: 0 })
    expect(json.opinions).toEqual({ given: 2 * total, needed: 0 })
    expect(json.output.boxes).toBeGreaterThan(total / 2)
    expect([...expectedAnswers(ledger).values()].filter(({ answer }) => answer !== 'declined')).toHaveLength(2 * total)
    const workers = (await api.call('GET', '/v1/labeling-jobs/people-0-labels/workers')).json.items
    const counts = workers.map(({ answers }: { answers: number }) => answers)
    expect(counts.reduce((sum: number, count: number) => sum + count, 0)).toBe(2 * total)
    // The two who come first may get all images.
    expect(workers.length).toBeGreaterThanOrEqual(2)
    for (const { worker } of workers) expect(people.map(({ name }) => name)).toContain(worker)
  })
})
