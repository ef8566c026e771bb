import { afterAll, beforeAll, describe, expect, it } from '@jest/globals'
import { type Answer, type RunningApi, startApi } from '../support/http/running-api.ts'
import { expectProblem } from './problems.ts'

const TEAM = 'arn:aws:sagemaker:us-east-1:123456789012:workteam/private-crowd/simulated-workers'

/** While the gate is held, the simulated workers do nothing. */
const gate = { isHeld: false, waiting: [] as (() => void)[] }
const hold = () => {
  gate.isHeld = true
}
const release = () => {
  gate.isHeld = false
  for (const resume of gate.waiting.splice(0)) resume()
}
const whileHeld = async () => {
  while (gate.isHeld) await new Promise<void>((resume) => gate.waiting.push(resume))
}

let api: RunningApi
beforeAll(async () => {
  // With eight objects some are labeled, some declined by all workers, and some expire.
  const workers = { declines: 0.2, expired: 0.15, failed: 0.1 }
  api = await startApi({ pace: { objectsPerStep: 2, milliseconds: 5, gate: whileHeld }, workers })
  await api.importSample('sample-train')
  await api.call('PUT', '/v1/batches/people', { dataset: 'sample-train', classNames: ['Person'], examplesPerClass: 8 })
  const events = ['labeling-job.completed', 'labeling-job.stopped', 'labeling-job.failed']
  await api.call('PUT', '/v1/webhooks/hook', { url: 'http://127.0.0.1:9/', events })
  await api.call('POST', '/v1/batches/people/copy')
  await api.until('/v1/batches/people/copy', ({ json }) => json.state === 'copied')
})
afterAll(async () => {
  release()
  await api.stop()
})

const body = (changes: object = {}) => ({ batch: 'people', workteamArn: TEAM, workersPerObject: 1, ...changes })
const put = (job: string, changes: object = {}, query = '') =>
  api.call('PUT', `/v1/labeling-jobs/${job}${query}`, body(changes))
const waitForEnd = (job: string): Promise<Answer> =>
  api.until(`/v1/labeling-jobs/${job}`, ({ json }) => json.output !== undefined)

/** Returns the only delivery to the webhook, whose URL refuses connections. */
async function onlyDelivery(): Promise<Answer> {
  const list = '/v1/webhooks/hook/deliveries'
  const { json } = await api.until(list, (answer) => answer.json.items.length > 0)
  expect(json.items).toHaveLength(1)
  return api.call('GET', `${list}/${json.items[0].delivery}`)
}

describe('a labeling job over HTTP', () => {
  it('reports consistent counters in status, annotations, batch and event', async () => {
    const created = await put('First')
    expect([created.status, created.headers.get('location')]).toEqual([201, '/v1/labeling-jobs/First'])
    const { json: job } = await waitForEnd('first')
    const { counters, output } = job
    expect(job.status).toBe('Completed')
    expect(counters.labeled + counters.failed + counters.unlabeled).toBe(8)
    expect(output).toMatchObject({ lines: 8, labeled: counters.labeled, failed: counters.failed, unreadable: 0 })
    expect(counters.failed).toBeGreaterThan(0)
    expect(job.warnings[0].code).toBe('failed-objects')

    const { json: page } = await api.call('GET', '/v1/labeling-jobs/first/annotations')
    const boxes = page.items.flatMap((item: { boxes?: unknown[] }) => item.boxes ?? [])
    expect([page.items.length, boxes.length]).toEqual([8, output.boxes])
    const failed = await api.call('GET', '/v1/labeling-jobs/first/annotations?outcome=failed')
    expect(failed.json.items).toHaveLength(counters.failed)

    const batch = await api.call('GET', '/v1/batches/people')
    expect(batch.json.labelingJobs).toMatchObject([{ job: 'First', status: 'Completed' }])
    const { json: delivery } = await onlyDelivery()
    const link = `${api.stack.api}/v1/labeling-jobs/First`
    expect(delivery.payload).toMatchObject({
      type: 'labeling-job.completed',
      data: { job: 'First', batch: 'people', counters, link },
    })
  })

  it('answers 200 to the same request and 304 to If-None-Match', async () => {
    expect((await put('First')).status).toBe(200)
    const { headers } = await api.call('GET', '/v1/labeling-jobs/First')
    const again = { 'if-none-match': headers.get('etag') ?? '' }
    expect((await api.call('GET', '/v1/labeling-jobs/First', undefined, again)).status).toBe(304)
  })

  it('stops, and is continued by further jobs until every image is labeled', async () => {
    hold()
    await put('second')
    const stopped = await api.call('POST', '/v1/labeling-jobs/second/stop')
    expect([stopped.status, stopped.json.status]).toEqual([202, 'Stopping'])
    expect(stopped.json.kept).toContain('"continueFrom": "second"')
    release()
    await api.until('/v1/labeling-jobs/second', ({ json }) => json.status === 'Stopped')
    expect((await api.call('POST', '/v1/labeling-jobs/second/stop')).status).toBe(200)

    let left = 8
    for (let turn = 0, from = 'second'; left > 0 && turn < 12; turn++) {
      const job = `again-${turn}`
      expect((await put(job, { continueFrom: from })).status).toBe(201)
      const { json } = await waitForEnd(job)
      expect(json.counters.total).toBe(left)
      expect(json.alreadyLabeled).toBe(8 - left)
      left -= json.counters.labeled
      expect(json.output).toMatchObject({ lines: 8, labeled: 8 - left })
      from = job
    }
    expect(left).toBe(0)
  })

  it('adjusts existing boxes and keeps the originals in their own attribute', async () => {
    expect((await put('adjusted', { mode: 'adjust' })).status).toBe(201)
    await waitForEnd('adjusted')
    const own = await api.call('GET', '/v1/labeling-jobs/adjusted/annotations?outcome=labeled')
    expect(own.json.items.length).toBeGreaterThan(0)
    for (const item of own.json.items) expect(['adjusted', 'unadjusted']).toContain(item.adjustmentStatus)
    const known = '/v1/labeling-jobs/adjusted/annotations?labelAttributeName=open-images-boxes'
    expect((await api.call('GET', known)).json.items.map(({ outcome }: { outcome: string }) => outcome)).toEqual(
      Array(8).fill('labeled'),
    )
  })

  it('verifies existing boxes', async () => {
    const preview = await put('verified', { mode: 'verify' }, '?validateOnly=true')
    expect(preview.json.warnings.map(({ code }: { code: string }) => code)).toContain('experimental')
    await put('verified', { mode: 'verify' })
    await waitForEnd('verified')
    const { json } = await api.call('GET', '/v1/labeling-jobs/verified/annotations?outcome=verified')
    expect(json.items.length).toBeGreaterThan(0)
    for (const item of json.items) expect(['correct', 'incorrect']).toContain(item.verdict)
  })

  it('prevents deletion of its batch while it runs', async () => {
    hold()
    await put('third')
    expectProblem(await api.call('DELETE', '/v1/batches/people?validateOnly=true'), 409)
    expectProblem(await api.call('DELETE', '/v1/batches/people'), 409)
    release()
    await waitForEnd('third')
    expect((await api.call('DELETE', '/v1/batches/people?validateOnly=true')).status).toBe(200)
  })

  it('appears in filtered and sorted lists', async () => {
    const all = await api.call('GET', '/v1/labeling-jobs?batch=people&status=Stopped')
    expect(all.json.items.map(({ job }: { job: string }) => job)).toEqual(['second'])
    const page = await api.call('GET', '/v1/labeling-jobs?limit=2&order=oldest-first')
    expect(page.json.items.map(({ job }: { job: string }) => job)).toEqual(['First', 'second'])
    const next = await api.call('GET', `/v1/labeling-jobs?limit=2&order=oldest-first&cursor=${page.json.nextCursor}`)
    expect(next.json.items[0].job).toBe('again-0')
    for (const query of ['status=Done', 'createdAfter=yesterday', 'nameContains=a_b', 'order=up', 'cursor=abc'])
      expectProblem(await api.call('GET', `/v1/labeling-jobs?${query}`), 400)
  })
})

describe('an invalid request for a labeling job', () => {
  /** Asserts one clear answer, no job and no file. */
  async function refused(job: string, changes: object, status: number, ...at: string[]): Promise<Answer> {
    const before = await api.keys()
    const answer = await put(job, changes)
    expectProblem(answer, status, ...at)
    expect(await api.keys()).toEqual(before)
    if (job !== 'FIRST') expectProblem(await api.call('GET', `/v1/labeling-jobs/${job}`), 404)
    const validated = await put(job, changes, '?validateOnly=true')
    expect([validated.status, validated.json.errors]).toEqual([status, answer.json.errors])
    return answer
  }

  beforeAll(async () => {
    const choose = (batch: string, changes: object) =>
      api.call('PUT', `/v1/batches/${batch}`, {
        dataset: 'sample-train',
        classNames: ['Person'],
        examplesPerClass: 2,
        ...changes,
      })
    await choose('not-copied', {})
    await choose('empty', { batchOffset: 1000 })
    await api.call('POST', '/v1/batches/empty/copy')
    await api.until('/v1/batches/empty/copy', ({ json }) => json.state === 'copied')
    const { json } = await api.call('GET', '/v1/datasets/sample-train/classes?limit=60')
    const classNames = json.items.map(({ className }: { className: string }) => className).slice(0, 51)
    expect(classNames).toHaveLength(51)
    await choose('many', { classNames, examplesPerClass: 1 })
    await api.call('POST', '/v1/batches/many/copy')
    await api.until('/v1/batches/many/copy', ({ json: { state } }) => state === 'copied')
  })

  it.each([
    ['an unknown work team', { workteamArn: `${TEAM}-gone` }, 'body.workteamArn', /GET \/v1\/workteams/],
    ['a batch that is not copied', { batch: 'not-copied' }, 'body.batch', /POST \/v1\/batches\/not-copied\/copy/],
    ['a batch that is not there', { batch: 'nobody' }, 'body.batch', /PUT \/v1\/batches\/nobody/],
    ['an empty batch', { batch: 'empty' }, 'body.batch', /batchOffset/],
    ['51 classes', { batch: 'many' }, 'body.batch', /50.*51/],
    ['an emoji in the title', { taskTitle: 'Cats \u{1F408}' }, 'body.taskTitle', /emoji.*Cats/],
    [
      'a role of another account',
      { roleArn: 'arn:aws:iam::210987654321:role/labeling' },
      'body.roleArn',
      /123456789012.*210987654321/,
    ],
    [
      'a role that this deployment may not pass',
      { roleArn: 'arn:aws:iam::123456789012:role/admin' },
      'body.roleArn',
      /labeling/,
    ],
  ])('is refused with the reason and the remedy: %s', async (_, changes, at, message) => {
    const answer = await refused('bad', changes, 422, at)
    expect(answer.json.errors).toHaveLength(1)
    expect(answer.json.errors[0].message).toMatch(message)
    expect(answer.json.code).toBe('preflight-failed')
  })

  it('is refused when the name is taken in any case', async () => {
    const answer = await refused('FIRST', {}, 409, 'path.job')
    expect(answer.json.errors[0].message).toContain('"First"')
  })

  it('is answered with all issues at once', async () => {
    const changes = {
      batch: 'not-copied',
      workteamArn: 'us',
      taskTitle: '',
      workersPerObject: 0.5,
      labelAttributeName: 'boxes-metadata',
      contentClassifiers: ['Nice'],
      continueFrom: 'nobody',
      tags: { 'aws:mine': 'x' },
    }
    const at = [
      'batch',
      'workteamArn',
      'taskTitle',
      'workersPerObject',
      'labelAttributeName',
      'contentClassifiers[0]',
      'continueFrom',
      'tags.aws:mine',
    ]
    await refused('bad', changes, 422, ...at.map((field) => `body.${field}`))
  })

  it.each([
    ['a number for a title', { taskTitle: 5 }, 'body.taskTitle'],
    ['text for a number', { workersPerObject: '5' }, 'body.workersPerObject'],
    ['a mode that there is not', { mode: 'erase' }, 'body.mode'],
    ['an unknown field', { publicPrice: 1 }, 'body.publicPrice'],
    ['a batch with a path', { batch: '../system' }, 'body.batch'],
    ['a list for instructions', { instructions: [] }, 'body.instructions'],
  ])('is refused when a field has the wrong type or value: %s', async (_, changes, at) => {
    await refused('bad', changes, 400, at)
  })

  it.each(['images', 'a_b', '..', 'a'.repeat(64)])('is refused with the name %j', async (job) => {
    expectProblem(await put(encodeURIComponent(job)), 400, 'path.job')
  })
})
