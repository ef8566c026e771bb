import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http'
import type { AddressInfo } from 'node:net'
import { afterEach, beforeEach, describe, expect, it } from '@jest/globals'
import { type FauxqsServer, startFauxqs } from 'fauxqs'
import { seedSampleDatasets } from '../../local/sample-data/seed.ts'

/** What the pretended API answers: states of each dataset in turn, the last one for good; nothing registered at first. */
interface Script {
  readonly states: readonly string[]
  readonly refuse?: string
}

let api: Server
let s3: FauxqsServer
let requests: string[]
let script: Script

beforeEach(async () => {
  requests = []
  s3 = await startFauxqs({ port: 0, host: '127.0.0.1', logger: false })
  const asked = new Map<string, number>()
  api = createServer((request, response) => answer(request, response, asked))
  await new Promise<void>((resolve) => api.listen(0, '127.0.0.1', resolve))
})
afterEach(async () => {
  api.closeAllConnections()
  await new Promise((resolve) => api.close(resolve))
  await s3.stop()
})

function answer(request: IncomingMessage, response: ServerResponse, asked: Map<string, number>): void {
  const { method = '', url = '', headers } = request
  const reply = (status: number, body: object) => response.writeHead(status).end(JSON.stringify(body))
  requests.push(`${method} ${url}`)
  if (headers.authorization !== 'Bearer secret') return void reply(401, { detail: 'no token' })
  if (method !== 'GET') return void reply(script.refuse === method ? 409 : 202, { detail: 'refused' })
  const turn = asked.get(url) ?? 0
  asked.set(url, turn + 1)
  const state = script.states[Math.min(turn, script.states.length - 1)]
  if (state === 'none') return void reply(404, {})
  reply(200, { state, ...(state === 'failed' ? { problem: { code: 'bad-source', detail: 'line 3 is blank' } } : {}) })
}

function seed(): Promise<void> {
  // The servers listen on a port, not on a pipe, so the address is an AddressInfo.
  const { port } = api.address() as AddressInfo
  return seedSampleDatasets({ api: `http://127.0.0.1:${port}`, s3: `http://127.0.0.1:${s3.port}`, token: 'secret' })
}

const asked = (dataset: string): string[] => requests.filter((request) => request.includes(dataset))

describe('seedSampleDatasets', () => {
  it('registers and imports both datasets, and waits until they are ready', async () => {
    script = { states: ['none', 'registered', 'importing', 'importing', 'ready'] }
    await seed()
    for (const dataset of ['sample-train', 'sample-validation']) {
      const path = `/v1/datasets/${dataset}`
      const polls = Array.from({ length: 3 }, () => `GET ${path}`)
      expect(asked(dataset)).toEqual([`GET ${path}`, `PUT ${path}`, `GET ${path}`, `POST ${path}/import`, ...polls])
    }
  })

  it('leaves datasets that are ready', async () => {
    script = { states: ['ready'] }
    await seed()
    expect(requests.sort()).toEqual(['GET /v1/datasets/sample-train', 'GET /v1/datasets/sample-validation'])
  })

  it('waits for an import that runs already', async () => {
    script = { states: ['importing', 'importing', 'ready'] }
    await seed()
    expect(requests.some((request) => request.startsWith('POST'))).toBe(false)
  })

  it('says why a dataset could not be imported', async () => {
    script = { states: ['none', 'registered', 'failed'] }
    await expect(seed()).rejects.toThrow(/^sample-\w+ could not be imported: line 3 is blank$/)
  })

  it('passes on what the API refuses', async () => {
    script = { states: ['none', 'registered'], refuse: 'PUT' }
    await expect(seed()).rejects.toThrow(/^PUT \/v1\/datasets\/sample-\w+: 409 .*refused/)
  })
})
