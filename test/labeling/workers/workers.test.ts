import { describe, expect, it } from '@jest/globals'
import { workerPseudonym } from '../../../shared/labeling/workers/pseudonym.ts'
import { DAMAGES } from '../../support/fixtures/damages.ts'
import { callApi } from '../../support/http/call-api.ts'
import type { EndpointRequest } from '../../support/http/call-endpoint.ts'
import { jsonAt, keysUnder } from '../../support/world/bucket-contents.ts'
import { type MemoryPorts, memoryPorts, testConfig } from '../../support/world/ports.ts'
import { later } from './worker-calls.ts'

const RECORD = 'system/labeling-workers/ann.json'
const LINK = /^https:\/\/api\.example\.org\/label#w\.[\w-]{43}$/

const newPorts = () => memoryPorts({ config: testConfig({ apiUrl: 'https://api.example.org/' }) })
const put = (ports: MemoryPorts, body: object = {}, worker = 'ann', query?: EndpointRequest['query']) =>
  callApi('createWorker', ports, { params: { worker }, body, ...(query && { query }) })
const get = (ports: MemoryPorts, worker = 'ann') => callApi('getWorker', ports, { params: { worker } })
const rotate = (ports: MemoryPorts, worker = 'ann') => callApi('rotateLink', ports, { params: { worker } })
const remove = (ports: MemoryPorts, worker = 'ann') => callApi('removeWorker', ports, { params: { worker } })
const open = (ports: MemoryPorts, secret: string, seat?: string) =>
  callApi('openSession', ports, { body: { secret, ...(seat !== undefined && { seat }) } })
const list = async (ports: MemoryPorts, query?: EndpointRequest['query']) =>
  (await callApi('listWorkers', ports, query && { query })).json

describe('PUT /v1/workers/{worker}', () => {
  it('creates a worker, and returns the link once', async () => {
    const ports = newPorts()
    const body = { role: 'review', jobs: ['cats'], expiresAt: '2026-02-01T00:00:00+01:00' }
    const { status, headers, json } = await put(ports, body)
    expect([status, headers.location]).toEqual([201, '/v1/workers/ann'])
    const { link, ...view } = json
    expect(link).toMatch(LINK)
    expect(view).toEqual({
      worker: 'ann',
      state: 'active',
      role: 'review',
      jobs: ['cats'],
      seats: 1,
      seatsTaken: 0,
      workerIds: [],
      linkCreatedAt: '2026-01-02T03:04:05.000Z',
      expiresAt: '2026-01-31T23:00:00.000Z',
      createdAt: '2026-01-02T03:04:05.000Z',
    })
    later(ports, 1000)
    const again = await put(ports, body)
    expect([again.status, again.json]).toEqual([200, view])
    expect((await get(ports)).json).toEqual(view)
  })

  it('stores nothing that the secret could be read from', async () => {
    const ports = newPorts()
    const { link } = (await put(ports)).json
    const secret = link.slice(-43)
    for (const [uri, { bytes }] of ports.world.stored)
      expect([uri.includes(secret), Buffer.from(bytes).includes(secret)]).toEqual([false, false])
    expect(JSON.stringify(ports.world.logged)).not.toContain(secret)
  })

  it('makes links that begin with a path where a deployment does not know its address', async () => {
    expect((await put(memoryPorts())).json.link).toMatch(/^\/label#w\.[\w-]{43}$/)
  })

  it('takes equal requests for the same, whatever the spelling of times, the order of jobs, and the case of names', async () => {
    const ports = newPorts()
    await put(ports, { jobs: ['cats', 'Dogs'], expiresAt: '2026-02-01T00:00:00Z' })
    const same = { role: 'label', seats: 1, jobs: ['DOGS', 'cats'], expiresAt: '2026-02-01T01:00:00+01:00' }
    const { status, json } = await put(ports, same, 'ANN')
    expect([status, json.worker]).toEqual([200, 'ann'])
  })

  it.each([
    ['role', { role: 'review' }],
    ['jobs', { jobs: ['dogs'] }],
    ['seats', { seats: 2 }],
    ['expiresAt', { expiresAt: '2026-03-01T00:00:00Z' }],
  ])('refuses another request under the name, which differs in %s', async (field, body) => {
    const ports = newPorts()
    await put(ports)
    const before = jsonAt(ports.world, RECORD)
    const { status, json } = await put(ports, body)
    expect([status, json.code, json.errors.map(({ at }: { at: string }) => at)]).toEqual([
      409,
      'conflict',
      [`body.${field}`],
    ])
    expect(jsonAt(ports.world, RECORD)).toEqual(before)
  })

  it.each([
    ['body.role', { role: 'boss' }],
    ['body.jobs', { jobs: [] }],
    ['body.jobs', { jobs: ['cats', 'CATS'] }],
    ['body.jobs[0]', { jobs: ['images'] }],
    ['body.seats', { seats: 0 }],
    ['body.seats', { seats: 201 }],
    ['body.expiresAt', { expiresAt: 'tomorrow' }],
    ['body.expiresAt', { expiresAt: '2026-01-02T03:04:05Z' }],
  ])('refuses what is wrong in %s: %j', async (at, body) => {
    const ports = newPorts()
    const { status, json } = await put(ports, body)
    expect([status, json.errors[0].at]).toEqual([400, at])
    expect(keysUnder(ports.world, 'system/labeling')).toEqual([])
  })

  it('answers the same request again also after the worker has expired', async () => {
    const ports = newPorts()
    const body = { expiresAt: '2026-02-01T00:00:00Z' }
    await put(ports, body)
    ports.world.now = new Date(body.expiresAt)
    const { status, json } = await put(ports, body)
    expect([status, json.state]).toEqual([200, 'expired'])
  })

  it('writes nothing in a dry run', async () => {
    const ports = newPorts()
    const { status, json } = await put(ports, {}, 'ann', { validateOnly: 'true' })
    expect([status, json.worker, json.link]).toEqual([200, 'ann', undefined])
    expect(keysUnder(ports.world, 'system/labeling')).toEqual([])
  })

  it('gives one link to many who create the same worker at once', async () => {
    const ports = newPorts()
    const answers = await Promise.all(Array.from({ length: 6 }, () => put(ports)))
    expect(answers.map(({ status }) => status).toSorted()).toEqual([200, 200, 200, 200, 200, 201])
    const { link } = answers.find(({ status }) => status === 201)!.json
    expect((await open(ports, link)).status).toBe(201)
    expect(keysUnder(ports.world, 'system/labeling-links/')).toHaveLength(1)
  })
})

describe('GET /v1/workers', () => {
  it('lists workers by name, a page at a time, without their links', async () => {
    const ports = newPorts()
    for (const name of ['Cid', 'ann', 'Bob']) await put(ports, {}, name)
    const first = await list(ports, { limit: '2' })
    expect(first.items.map(({ worker }: { worker: string }) => worker)).toEqual(['ann', 'Bob'])
    const { items, nextCursor } = await list(ports, { limit: '2', cursor: first.nextCursor })
    expect([items.map(({ worker }: { worker: string }) => worker), nextCursor]).toEqual([['Cid'], undefined])
    expect(JSON.stringify([first, items])).not.toMatch(/label#|sha256/)
  })

  it.each(DAMAGES)('shows a worker whose record is %s as unreadable, among the others', async (_, text) => {
    const ports = newPorts()
    for (const name of ['ann', 'bob']) await put(ports, {}, name)
    await ports.objects.put(RECORD, text)
    expect((await list(ports)).items).toMatchObject([
      { worker: 'ann', state: 'unreadable', problem: { code: 'corrupt-state' } },
      { worker: 'bob', state: 'active' },
    ])
    expect((await get(ports)).json.code).toBe('corrupt-state')
    expect((await put(ports)).json.code).toBe('corrupt-state')
    expect((await remove(ports)).status).toBe(204)
    expect((await put(ports)).status).toBe(201)
  })

  it('shows the record of a worker that was copied under another name as unreadable', async () => {
    const ports = newPorts()
    await put(ports)
    await ports.objects.put('system/labeling-workers/copy.json', JSON.stringify(jsonAt(ports.world, RECORD)))
    expect((await list(ports)).items).toMatchObject([{ state: 'active' }, { worker: 'copy', state: 'unreadable' }])
  })
})

describe('DELETE /v1/workers/{worker}', () => {
  it('makes the link open nothing, and leaves nothing', async () => {
    const ports = newPorts()
    const { link } = (await put(ports)).json
    expect((await remove(ports, 'Ann')).status).toBe(204)
    expect((await open(ports, link)).status).toBe(401)
    expect(keysUnder(ports.world, 'system/labeling')).toEqual([])
    for (const again of [await remove(ports), await get(ports), await rotate(ports)]) expect(again.status).toBe(404)
  })

  it('makes way for another worker of that name, with another pseudonym', async () => {
    const ports = newPorts()
    const ids: string[] = []
    for (let round = 0; round < 2; round++) {
      await open(ports, (await put(ports)).json.link)
      ids.push(...(await get(ports)).json.workerIds)
      await remove(ports)
    }
    expect(new Set(ids).size).toBe(2)
  })
})

describe('POST /v1/workers/{worker}/rotate-link', () => {
  it('replaces the link; the worker keeps its pseudonym and its seats', async () => {
    const ports = newPorts()
    const { link: old } = (await put(ports, { seats: 2 })).json
    await open(ports, old, 'first-browser-00')
    const before = (await get(ports)).json
    later(ports, 1000)
    const { status, headers, json } = await rotate(ports)
    expect([status, headers.location, json.link]).toEqual([201, '/v1/workers/ann', expect.stringMatching(LINK)])
    expect(json).toMatchObject({ ...before, linkCreatedAt: '2026-01-02T03:04:06.000Z' })
    expect((await open(ports, old, 'first-browser-00')).status).toBe(401)
    expect((await open(ports, json.link, 'first-browser-00')).json.seat).toBe(1)
    expect((await get(ports)).json.workerIds).toEqual(before.workerIds)
    expect(keysUnder(ports.world, 'system/labeling-links/')).toHaveLength(1)
  })
})

describe('POST /v1/me/sessions', () => {
  it('accepts the secret with and without its prefix, and the whole link', async () => {
    const ports = newPorts()
    const { link } = (await put(ports, { role: 'review' })).json
    const secret = link.slice(-43)
    for (const form of [link, `w.${secret}`, secret]) {
      const { status, json } = await open(ports, form)
      expect([status, json]).toEqual([
        201,
        {
          session: expect.stringMatching(/^gws_[\w-]+\.[\w-]{43}$/),
          worker: 'ann',
          seat: 1,
          role: 'review',
          expiresAt: '2026-01-02T15:04:05.000Z',
        },
      ])
    }
    expect((await get(ports)).json).toMatchObject({ seatsTaken: 1, lastSeenAt: '2026-01-02T03:04:05.000Z' })
  })

  it('ignores the seat where a link is not shared', async () => {
    const ports = newPorts()
    const { link } = (await put(ports)).json
    for (const seat of ['first-browser-00', 'other-browser-00'])
      expect((await open(ports, link, seat)).json.seat).toBe(1)
  })

  it('reads one object for a secret that nobody has, whatever it is', async () => {
    const ports = newPorts()
    const { link } = (await put(ports)).json
    const almost = `${link.slice(-43, -1)}${link.endsWith('A') ? 'B' : 'A'}`
    for (const secret of ['0'.repeat(43), almost]) {
      const before = ports.world.calls.length
      expect((await open(ports, secret)).status).toBe(401)
      const calls = ports.world.calls.slice(before).filter(({ key }) => !key.startsWith('system/tokens/'))
      expect(calls.map(({ method }) => method)).toEqual(['get'])
    }
  })

  it.each(['', 'w.', 'x'.repeat(42), 'x'.repeat(44), `w.${'x'.repeat(42)}ä`, `v.${'x'.repeat(43)}`])(
    'refuses %j, which is no link, and does not repeat it',
    async (secret) => {
      const { status, body } = await open(newPorts(), secret)
      expect(status).toBe(400)
      if (secret.length > 2) expect(body).not.toContain(secret)
    },
  )

  it('gives each browser with a shared link a seat, until all are taken', async () => {
    const ports = newPorts()
    const { link } = (await put(ports, { seats: 2 })).json
    const { id } = jsonAt(ports.world, RECORD)
    const seatAt = async (browser: string) => {
      const { status, json } = await open(ports, link, browser.padEnd(16, '0'))
      return [status, json.seat ?? json.code]
    }
    expect(await seatAt('first')).toEqual([201, 1])
    expect(await seatAt('second')).toEqual([201, 2])
    expect(await seatAt('third')).toEqual([429, 'quota-reached'])
    expect(await seatAt('first')).toEqual([201, 1])
    expect((await get(ports)).json).toMatchObject({
      seats: 2,
      seatsTaken: 2,
      workerIds: [workerPseudonym(id, 1), workerPseudonym(id, 2)],
    })
    expect(workerPseudonym(id, 1)).not.toBe(workerPseudonym(id, 2))
  })

  it('requires the seat of a shared link only from those who have the link', async () => {
    const ports = newPorts()
    const { link } = (await put(ports, { seats: 2 })).json
    const { status, json } = await open(ports, link)
    expect([status, json.errors[0].at]).toEqual([400, 'body.seat'])
    expect((await open(ports, '0'.repeat(43))).status).toBe(401)
  })

  it('gives every seat once, when all browsers of a class open the link at the same time', async () => {
    const ports = newPorts()
    const { link } = (await put(ports, { seats: 20 })).json
    const answers = await Promise.all(
      Array.from({ length: 24 }, (_, browser) => open(ports, link, String(browser).padStart(16, 'b'))),
    )
    const seats = answers.flatMap(({ status, json }) => (status === 201 ? [json.seat] : []))
    expect(seats.toSorted((a, b) => a - b)).toEqual(Array.from({ length: 20 }, (_, at) => at + 1))
    expect(answers.filter(({ status }) => status === 429)).toHaveLength(4)
  })

  it('notes when a worker was seen, to a minute', async () => {
    const ports = newPorts()
    const { link } = (await put(ports)).json
    await open(ports, link)
    const writes = () => ports.world.calls.filter(({ method, key }) => method === 'put' && key === RECORD).length
    const before = writes()
    later(ports, 59_999)
    await open(ports, link)
    expect(writes()).toBe(before)
    later(ports, 1)
    await open(ports, link)
    expect((await get(ports)).json.lastSeenAt).toBe('2026-01-02T03:05:05.000Z')
  })
})
