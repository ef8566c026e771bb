import { beforeEach, describe, expect, it } from '@jest/globals'
import { authorizeJob } from '../../../shared/labeling/workers/authorize-job.ts'
import { removeWorker } from '../../../shared/labeling/workers/remove.ts'
import { rotateLink } from '../../../shared/labeling/workers/rotate-link.ts'
import { lambda } from '../../../shared/platform/http/route.ts'
import { enter, hire } from '../../support/fixtures/workers.ts'
import { callApi } from '../../support/http/call-api.ts'
import { callHandler } from '../../support/http/call-handler.ts'
import { keysUnder } from '../../support/world/bucket-contents.ts'
import { type MemoryPorts, memoryPorts } from '../../support/world/ports.ts'
import { later, workerFunction } from './worker-calls.ts'

process.env.AWS_REGION ??= 'us-east-1'
const { endpoint: notFound } = await import('../../../functions/not-found.ts')
const { endpoints: pages } = await import('../../../functions/pages.ts')
const { endpoint: openSession } = await import('../../../functions/me/open-session.ts')

let ports: MemoryPorts
let secret: string
beforeEach(async () => {
  ports = memoryPorts()
  secret = await hire(ports)
})

const open = (own = secret) => callApi('openSession', ports, { body: { secret: own } })

describe('a link that a mail scanner opens first', () => {
  it('is not used up: whatever it sends before is answered without a session, and writes nothing', async () => {
    const before = [...ports.world.stored].map(([uri, { etag }]) => `${uri} ${etag}`)
    const handlers = {
      '/label': lambda(pages.find(({ path }) => path === '/label')!, () => ports),
      '/v1/me/sessions': lambda(notFound, () => ports),
    }
    for (const method of ['GET', 'HEAD', 'OPTIONS'])
      for (const [path, handler] of Object.entries(handlers)) {
        const { status, body = '' } = await callHandler(handler, { method, path, query: { secret } })
        const expected = path !== '/label' ? 401 : method === 'OPTIONS' ? 405 : 200
        expect([method, path, status]).toEqual([method, path, expected])
        expect(body).not.toContain('gws_')
      }
    expect([...ports.world.stored].map(([uri, { etag }]) => `${uri} ${etag}`)).toEqual(before)
    expect((await open()).status).toBe(201)
  })

  it('opens as often as its owner likes', async () => {
    for (let time = 0; time < 3; time++) expect((await open()).status).toBe(201)
  })
})

describe('a link that has expired', () => {
  it('opens nothing, and its sessions have ended', async () => {
    const expiresAt = new Date(ports.world.now.getTime() + 3600_000).toISOString()
    const own = await hire(ports, 'bob', { expiresAt })
    const session = await enter(ports, own)
    later(ports, 3600_000 - 1)
    expect((await open(own)).status).toBe(201)
    later(ports, 1)
    expect((await open(own)).status).toBe(401)
    expect((await workerFunction(ports)(session)).status).toBe(401)
    expect((await callApi('getWorker', ports, { params: { worker: 'bob' } })).json.state).toBe('expired')
  })
})

describe('a session whose worker was revoked', () => {
  const REVOCATIONS: Readonly<Record<string, () => Promise<unknown>>> = {
    removed: () => removeWorker('ann', ports),
    'given another link': () => rotateLink('ann', ports),
    'removed and created again': async () => {
      await removeWorker('ann', ports)
      await hire(ports)
    },
  }

  it.each(Object.keys(REVOCATIONS))('is dead within a minute: %s', async (how) => {
    const session = await enter(ports, secret)
    const call = workerFunction(ports)
    expect((await call(session)).status).toBe(200)
    await REVOCATIONS[how]!()
    later(ports, 59_999)
    expect((await call(session)).status).toBe(200)
    later(ports, 1)
    expect((await call(session)).status).toBe(401)
    // Another process, which has not seen the session before, refuses it at once.
    expect((await workerFunction(ports)(session)).status).toBe(401)
    expect((await open()).status).toBe(401)
  })
})

describe('a page of another origin', () => {
  it('can use nothing that a browser sends by itself: no cookie opens or is set', async () => {
    const { json, headers } = await open()
    expect(Object.keys(headers)).not.toContain('set-cookie')
    const call = workerFunction(ports)
    const cookie = `session=${json.session}; authorization=Bearer ${json.session}; gws=${json.session}`
    const { status, headers: refused } = await call(undefined, { headers: { cookie } })
    expect([status, refused['set-cookie']]).toEqual([401, undefined])
    expect(Object.keys((await call(json.session)).headers)).not.toContain('set-cookie')
  })

  it.each(['text/plain', 'application/x-www-form-urlencoded', 'multipart/form-data', ''])(
    'cannot send a body of the type %j, which needs no preflight',
    async (type) => {
      const headers = { 'content-type': type }
      const session = await enter(ports, secret)
      expect((await workerFunction(ports)(session, { headers })).status).toBe(415)
      const handler = lambda(openSession, () => ports)
      const body = JSON.stringify({ secret })
      expect((await callHandler(handler, { method: 'POST', path: '/v1/me/sessions', body, headers })).status).toBe(415)
    },
  )

  it('cannot pass a session or a secret in the query', async () => {
    const session = await enter(ports, secret)
    expect((await workerFunction(ports)(undefined, { query: { session, access_token: session } })).status).toBe(401)
    expect((await callApi('openSession', ports, { query: { secret }, body: { secret } })).status).toBe(400)
  })
})

describe('a worker of some jobs', () => {
  const own = { jobs: ['Cats', 'dogs'] }

  it.each(['cats', 'CATS', 'dogs'])('sees %s', (job) => {
    expect(() => authorizeJob(own, job)).not.toThrow()
  })

  it.each(['birds', 'cat', 'cats-2', ''])('does not find out whether there is a job %j', (job) => {
    expect(() => authorizeJob(own, job)).toThrow(expect.objectContaining({ code: 'not-found' }))
  })

  it('is not one who sees all of them', () => {
    expect(() => authorizeJob({ jobs: undefined }, 'birds')).not.toThrow()
  })
})

it('names of workers are outside of what the role of labeling jobs can read', async () => {
  await enter(ports, secret)
  const named = keysUnder(ports.world, '').filter((key) => /ann/.test(key))
  expect(named).toEqual(['system/labeling-workers/ann.json'])
})
