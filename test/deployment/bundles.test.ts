import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { mkdtemp, rm, stat } from 'node:fs/promises'
import http from 'node:http'
import type { AddressInfo } from 'node:net'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { text } from 'node:stream/consumers'
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals'
import { SAMPLE_DATASETS } from '../../local/sample-data/sample.ts'
import { putSampleFiles } from '../../local/sample-data/sample-files.ts'
import { CREDENTIALS } from '../support/credentials.ts'
import { pollUntil, STACK_TIMEOUT_MS } from '../support/poll.ts'
import { FOLDER, listFunctions, packagedTemplate } from './template.ts'
import { unzip } from './unzip.ts'

const PROGRAM = new URL('./packaged-stack.ts', import.meta.url).pathname
const MAX_BUNDLE_BYTES = 1 << 20
const functions = listFunctions(await packagedTemplate())

const received: unknown[] = []
const server = http.createServer(async (request, response) => {
  received.push(JSON.parse(await text(request)))
  response.end()
})

let folder: string
let receiver: string
let program: ReturnType<typeof spawn>
let api: string
let token: string
/** What the program printed: its addresses, then the metrics of the functions. */
let printed = ''
beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'bundles-'))
  await once(server.listen(0, '127.0.0.1'), 'listening')
  receiver = `http://127.0.0.1:${(server.address() as AddressInfo).port}/in`
  for (const { name } of functions) await unzip(join(FOLDER, `${name}.zip`), join(folder, 'functions', name))
  program = spawn(process.execPath, [PROGRAM, join(folder, 'functions'), join(folder, 's3')], {
    env: {},
    stdio: ['ignore', 'pipe', 'inherit'],
  })
  program.stdout!.on('data', (text) => {
    printed += text
  })
  await Promise.race([once(program.stdout!, 'data'), once(program, 'exit')])
  const ready: { api: string; s3: string; token: string } = JSON.parse(printed)
  api = ready.api
  token = ready.token
  process.env.AWS_REGION = 'us-east-1'
  await putSampleFiles(ready.s3, CREDENTIALS)
}, STACK_TIMEOUT_MS)
afterAll(async () => {
  program?.kill()
  server.close()
  await rm(folder, { recursive: true, force: true })
})

async function call(method: string, path: string, body?: object): Promise<{ status: number; text: string }> {
  const headers = { authorization: `Bearer ${token}`, ...(body && { 'content-type': 'application/json' }) }
  const response = await fetch(`${api}${path}`, { method, headers, ...(body && { body: JSON.stringify(body) }) })
  return { status: response.status, text: await response.text() }
}

/** Polls a path until its answer contains this text, like `"state":"ready"`. */
const until = (path: string, state: string) =>
  pollUntil(
    () => call('GET', path),
    ({ text }) => text.includes(state),
    ({ text }) => `${path} answered ${text}`,
  )

describe('the packaged functions', () => {
  it('are smaller than 1 MiB each', async () => {
    for (const { name } of functions)
      expect((await stat(join(FOLDER, `${name}.zip`))).size).toBeLessThan(MAX_BUNDLE_BYTES)
  })

  it('load on their own and answer', async () => {
    expect(JSON.parse((await call('GET', '/health')).text)).toMatchObject({ status: 'ok' })
    expect((await call('GET', '/v1/datasets')).text).toContain('open-images-v4-test')
    expect((await call('GET', '/nothing')).status).toBe(404)
    expect((await fetch(`${api}/v1/datasets`)).status).toBe(401)
  })

  it('include the contract and the page that shows it', async () => {
    expect(JSON.parse((await call('GET', '/openapi.json')).text).openapi).toMatch(/^3\.1\./)
    expect((await call('GET', '/docs')).text).toContain('<!doctype html>')
    for (const asset of ['swagger-ui-bundle.js', 'swagger-ui.css']) {
      const { status, text } = await call('GET', `/docs/${asset}`)
      expect([asset, status, text.length > 100_000]).toEqual([asset, 200, true])
    }
    const named = (await call('GET', '/docs')).text.matchAll(/"(docs\/[^"]+)"/g)
    for (const [, path] of named) expect([path, (await call('GET', `/${path}`)).status]).toEqual([path, 200])
  })

  it(
    'run the whole workflow: import, select, copy, write the manifest, label, and deliver an event',
    async () => {
      const dataset = 'sample-train'
      const hook = { url: receiver, events: ['batch.copied'] }
      expect((await call('PUT', '/v1/webhooks/mine', hook)).status).toBe(201)
      expect((await call('PUT', `/v1/datasets/${dataset}`, SAMPLE_DATASETS[dataset])).status).toBe(201)
      expect((await call('POST', `/v1/datasets/${dataset}/import`)).status).toBe(202)
      await until(`/v1/datasets/${dataset}`, '"state":"ready"')
      const request = { dataset, classNames: ['Person'], examplesPerClass: 5 }
      expect((await call('PUT', '/v1/batches/people', request)).status).toBe(201)
      expect((await call('POST', '/v1/batches/people/copy')).status).toBe(202)
      await until('/v1/batches/people/copy', '"state":"copied"')
      expect((await call('PUT', '/v1/batches/people/manifest', { boxes: 'open-images' })).status).toBe(201)
      expect((await call('GET', '/v1/batches/people/manifest')).text.trim().split('\n')).toHaveLength(5)
      const [{ workteamArn }] = JSON.parse((await call('GET', '/v1/workteams')).text).items
      const job = { batch: 'people', workteamArn, mode: 'adjust' }
      expect((await call('PUT', '/v1/labeling-jobs/people-1', job)).status).toBe(201)
      // The function that the event bus calls records the output.
      await until('/v1/labeling-jobs/people-1', '"output":{"lines":5,')
      expect(JSON.parse((await call('GET', '/v1/labeling-jobs/people-1/annotations')).text).items).toHaveLength(5)
      expect((await call('DELETE', '/v1/batches/people')).status).toBe(204)

      await until('/v1/webhooks/mine/deliveries', '"state":"delivered"')
      expect(received).toMatchObject([{ type: 'batch.copied', data: { batch: 'people', copied: 5 } }])

      // Every step recorded its metrics.
      const [, ...lines] = printed.trim().split('\n')
      const measured = lines.map((line) => JSON.parse(line))
      for (const { _aws } of measured) expect(_aws.CloudWatchMetrics[0].Namespace).toBe('groundwork-packaged')
      for (const name of [
        'ImportBytes',
        'SelectionBytes',
        'ImagesCopied',
        'LabelingJobsCreated',
        'EventsSent',
        'WebhookAttempts',
      ])
        expect([name, measured.some((line) => line[name] > 0)]).toEqual([name, true])
    },
    STACK_TIMEOUT_MS,
  )
})
