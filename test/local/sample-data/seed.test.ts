import { mkdtemp, rm } from 'node:fs/promises'
import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http'
import type { AddressInfo } from 'node:net'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterEach, beforeEach, describe, expect, it } from '@jest/globals'
import { awsEnvironment, keyEnvironment, setEnvironment } from '../../../local/environment.ts'
import { type S3Server, startS3Server } from '../../../local/s3/server.ts'
import { seedSampleDatasets } from '../../../local/sample-data/seed.ts'
import { CREDENTIALS } from '../../support/credentials.ts'

/** Script of the fake API: successive states of each dataset; the last one repeats. */
interface Script {
  readonly states: readonly string[]
  readonly refuse?: string
}

const LIST = '/v1/datasets?limit=1000'

let api: Server
let s3: S3Server
let directory: string
let requests: string[]
let script: Script

beforeEach(async () => {
  setEnvironment({ ...awsEnvironment({}), ...keyEnvironment(CREDENTIALS) })
  requests = []
  directory = await mkdtemp(join(tmpdir(), 'groundwork-seed-'))
  s3 = await startS3Server({ directory, credentials: CREDENTIALS })
  const turns = new Map<string, number>()
  api = createServer((request, response) => answer(request, response, turns))
  await new Promise<void>((resolve) => api.listen(0, '127.0.0.1', resolve))
})
afterEach(async () => {
  api.closeAllConnections()
  await new Promise((resolve) => api.close(resolve))
  await s3.stop()
  await rm(directory, { recursive: true })
})

function answer(request: IncomingMessage, response: ServerResponse, turns: Map<string, number>): void {
  const { method = '', url = '', headers } = request
  const reply = (status: number, body: object) => response.writeHead(status).end(JSON.stringify(body))
  requests.push(`${method} ${url}`)
  if (headers.authorization !== 'Bearer secret') return void reply(401, { detail: 'no token' })
  if (url === LIST) {
    const names = script.states[0] === 'none' ? [] : ['sample-train', 'sample-validation']
    return void reply(200, { items: names.map((dataset) => ({ dataset, state: 'any' })) })
  }
  if (method !== 'GET') return void reply(script.refuse === method ? 409 : 202, { detail: 'refused' })
  const turn = turns.get(url) ?? (script.states[0] === 'none' ? 1 : 0)
  turns.set(url, turn + 1)
  const state = script.states[Math.min(turn, script.states.length - 1)]
  if (state === 'none') return void reply(404, {})
  reply(200, { state, ...(state === 'failed' ? { problem: { code: 'bad-source', detail: 'line 3 is blank' } } : {}) })
}

function seed(): Promise<void> {
  // The servers listen on TCP ports, so the address is an AddressInfo.
  const { port } = api.address() as AddressInfo
  return seedSampleDatasets({ api: `http://127.0.0.1:${port}`, s3: s3.url, token: 'secret' })
}

const requestsFor = (dataset: string): string[] => requests.filter((request) => request.includes(dataset))

describe('seedSampleDatasets', () => {
  it('registers and imports both datasets, and waits until they are ready', async () => {
    script = { states: ['none', 'importing', 'importing', 'ready'] }
    await seed()
    for (const dataset of ['sample-train', 'sample-validation']) {
      const path = `/v1/datasets/${dataset}`
      const polls = Array.from({ length: 3 }, () => `GET ${path}`)
      // A dataset that is not there is not read: the functions would log a refused request.
      expect(requestsFor(dataset)).toEqual([`PUT ${path}`, `POST ${path}/import`, ...polls])
    }
  })

  it('skips datasets that are ready', async () => {
    script = { states: ['ready'] }
    await seed()
    expect(requests.sort()).toEqual([
      'GET /v1/datasets/sample-train',
      'GET /v1/datasets/sample-validation',
      `GET ${LIST}`,
    ])
  })

  it('waits for an import that was interrupted and resumes by itself', async () => {
    script = { states: ['importing', 'importing', 'ready'] }
    await seed()
    expect(requestsFor('sample-train')).not.toContain('POST /v1/datasets/sample-train/import')
  })

  it('waits for a deletion that was interrupted, and imports the dataset again', async () => {
    script = { states: ['deleting', 'none', 'ready'] }
    await seed()
    expect(requestsFor('sample-train')).toContain('POST /v1/datasets/sample-train/import')
  })

  it('imports again what resumed and failed', async () => {
    script = { states: ['importing', 'failed', 'importing', 'ready'] }
    await seed()
    expect(requestsFor('sample-train')).toContain('POST /v1/datasets/sample-train/import')
  })

  it('throws with the reason of a failed import', async () => {
    script = { states: ['none', 'failed'] }
    await expect(seed()).rejects.toThrow(/sample-\w+ .*: line 3 is blank$/)
  })

  it('throws with the error of the API', async () => {
    script = { states: ['none', 'registered'], refuse: 'PUT' }
    await expect(seed()).rejects.toThrow(/^PUT \/v1\/datasets\/sample-\w+: 409 .*refused/)
  })
})
