import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { setTimeout as wait } from 'node:timers/promises'
import { S3Client } from '@aws-sdk/client-s3'
import { afterEach, beforeEach, describe, expect, it } from '@jest/globals'
import { SAMPLE_DATASETS } from '../../local/sample-data/sample.ts'
import { randomFrom } from '../../local/seeded-random.ts'
import { readBucket, readJson } from '../../tools/soak/evidence.ts'
import { BUCKET } from '../../tools/soak/testbed.ts'
import { type DevProcess, killDevProcesses, startReadyDev } from './dev-process.ts'

/** When the process is killed after the calls of each turn, in milliseconds. */
const KILLED_AFTER = [100, 250, 450, 800]
const POLL_MILLISECONDS = 60_000

let directory: string
beforeEach(async () => {
  directory = await mkdtemp(join(tmpdir(), 'restarted-'))
})
afterEach(async () => {
  killDevProcesses()
  await rm(directory, { recursive: true })
})

/** Sends a request. @returns undefined when the process was killed before it answered */
async function send({ api, token }: DevProcess, method: string, path: string, body?: unknown) {
  const headers = { authorization: `Bearer ${token}`, 'content-type': 'application/json' }
  const response = await fetch(`${api}${path}`, {
    method,
    headers,
    ...(body !== undefined && { body: JSON.stringify(body) }),
  }).catch(() => undefined)
  const text = await response?.text().catch(() => undefined)
  return response && text !== undefined ? { status: response.status, json: text && JSON.parse(text) } : undefined
}

/** Polls until `isOver` is true. Returns what was seen last. */
async function poll(running: DevProcess, path: string, isOver: (answer: Answer) => boolean): Promise<Answer> {
  const end = Date.now() + POLL_MILLISECONDS
  for (;;) {
    const answer = await send(running, 'GET', path)
    if (answer && (isOver(answer) || Date.now() > end)) return answer
    await wait(100)
  }
}
type Answer = NonNullable<Awaited<ReturnType<typeof send>>>

const request = (run: string, changes: object = {}) => ({
  dataset: 'sample-train',
  classNames: ['Person', 'Tree', 'Car'],
  examplesPerClass: 20,
  run,
  ...changes,
})

describe('killing the whole system while much is under way', () => {
  it('loses nothing: after a restart everything ends without a call but GETs', async () => {
    const random = randomFrom(7)
    let answered = 0
    for (const [turn, milliseconds] of KILLED_AFTER.entries()) {
      const before = await startReadyDev(directory)
      const name = (what: string) => `${what}-${turn}`
      const call = (method: string, path: string, body?: unknown) => send(before, method, path, body)
      const teams = await call('GET', '/v1/workteams')
      const labelingJob = { workteamArn: teams?.json.items[0].workteamArn, workersPerObject: 1 }
      await call('PUT', `/v1/datasets/${name('mine')}`, SAMPLE_DATASETS['sample-train'])
      for (const batch of ['copying', 'going']) await call('PUT', `/v1/batches/${name(batch)}`, request('select'))
      await call('POST', `/v1/batches/${name('going')}/copy`)
      await poll(before, `/v1/batches/${name('going')}/copy`, ({ json }) => json.state === 'copied')

      const calls = [
        call('POST', `/v1/datasets/${name('mine')}/import`),
        call('PUT', `/v1/batches/${name('selecting')}`, request('copy')),
        call('POST', `/v1/batches/${name('copying')}/copy`),
        call('PUT', `/v1/batches/${name('labeling')}`, request('label', { labelingJob })),
        call('DELETE', `/v1/batches/${name('going')}`),
      ]
      await wait(milliseconds + random.between(0, 100))
      await before.kill()
      const [imported, selecting, copying, labeling, going] = await Promise.all(calls)
      answered += [imported, selecting, copying, labeling, going].filter(Boolean).length

      const after = await startReadyDev(directory)
      const dataset = await poll(after, `/v1/datasets/${name('mine')}`, ({ json }) => json.state !== 'importing')
      expect(dataset.json.state).toBe(imported || dataset.json.state !== 'registered' ? 'ready' : 'registered')
      const isRunOver = ({ status, json }: Answer) => status === 404 || json.run?.state === 'done'
      for (const [batch, isAnswered] of [
        ['selecting', selecting],
        ['labeling', labeling],
      ] as const) {
        const { status, json } = await poll(after, `/v1/batches/${name(batch)}`, isRunOver)
        expect([batch, json.run?.state ?? status]).toEqual([batch, isAnswered || status !== 404 ? 'done' : 404])
      }
      const isCopyOver = ({ status, json }: Answer) => status === 404 || json.state === 'copied'
      const copy = await poll(after, `/v1/batches/${name('copying')}/copy`, isCopyOver)
      expect(copy.json.state ?? copy.status).toBe(copying || copy.status !== 404 ? 'copied' : 404)
      const isGone = ({ status, json }: Answer) => status === 404 || json.state !== 'deleting'
      const gone = await poll(after, `/v1/batches/${name('going')}`, isGone)
      expect(gone.status).toBe(going || gone.status === 404 ? 404 : 200)
      if (labeling)
        await poll(after, `/v1/labeling-jobs/${name('labeling')}`, ({ json }) => json.status === 'Completed')
      await expectAllEvents(after, `mine-${turn}`, [name('selecting'), name('copying'), name('labeling')])
      await after.kill()
    }
    expect(answered).toBeGreaterThan(0)
  }, 600_000)
})

/** Waits until all that happened to these subjects was published and dispatched. */
async function expectAllEvents(
  { s3, accessKeyId, secretAccessKey }: DevProcess,
  dataset: string,
  batches: readonly string[],
): Promise<void> {
  const credentials = { accessKeyId, secretAccessKey }
  const client = new S3Client({ endpoint: s3, forcePathStyle: true, region: 'us-east-1', credentials })
  const end = Date.now() + POLL_MILLISECONDS
  for (;;) {
    const bucket = await readBucket(client, BUCKET)
    const events = [...bucket.objects.keys()]
      .filter((key) => key.startsWith('system/events/'))
      .map((key) => readJson(bucket, key))
    const isDispatched = (type: string, at: object): boolean =>
      events.some((event) => event.type === type && event.dispatchedAt && hasFields(event.data, at))
    const missing = batches.flatMap((batch) => {
      const state = readJson(bucket, `data/${batch}/batch.json`)
      const { batchId } = state ?? {}
      const hasCopy = bucket.objects.has(`data/${batch}/copies/${batchId}/1.json`)
      const hasJob = state?.labelingJobs?.[0]?.status === 'InProgress'
      return [
        ...(state && !isDispatched('batch.selected', { batchId }) ? [`${batch}: batch.selected`] : []),
        ...(hasCopy && !isDispatched('batch.copied', { batchId }) ? [`${batch}: batch.copied`] : []),
        ...(hasJob ? [`${batch}: the end of the labeling job`] : []),
        ...(state?.pendingEvents ? [`${batch}: pending events`] : []),
      ]
    })
    const { current } = readJson(bucket, `data/raw/${dataset}/dataset.json`)
    if (current && !isDispatched('dataset.ready', { importId: current.importId })) missing.push('dataset.ready')
    missing.push(...events.filter((event) => !event.dispatchedAt).map(({ id }) => `${id} is not dispatched`))
    if (missing.length === 0 || Date.now() > end) {
      client.destroy()
      return expect(missing).toEqual([])
    }
    await wait(200)
  }
}

const hasFields = (data: Readonly<Record<string, unknown>>, fields: object): boolean =>
  Object.entries(fields).every(([name, value]) => data[name] === value)
