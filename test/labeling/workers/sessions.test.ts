import { randomBytes } from 'node:crypto'
import { describe, expect, it } from '@jest/globals'
import { labelingKey } from '../../../shared/labeling/workers/labeling-key.ts'
import { workerPseudonym } from '../../../shared/labeling/workers/pseudonym.ts'
import { rotateLink } from '../../../shared/labeling/workers/rotate-link.ts'
import { ok } from '../../../shared/platform/http/reply.ts'
import { lambda, route } from '../../../shared/platform/http/route.ts'
import { createToken } from '../../../shared/platform/tokens/create.ts'
import { signText } from '../../../shared/platform/tokens/signed-text.ts'
import { enter, hire } from '../../support/fixtures/workers.ts'
import { callHandler } from '../../support/http/call-handler.ts'
import { jsonAt } from '../../support/world/bucket-contents.ts'
import { memoryPorts, testConfig } from '../../support/world/ports.ts'
import { later, workerFunction } from './worker-calls.ts'

const HOURS = 3600 * 1000
const CHALLENGE = 'Bearer realm="groundwork"'

describe('the session of a worker', () => {
  it('tells an endpoint of workers who called, by name and by pseudonym', async () => {
    const ports = memoryPorts()
    const session = await enter(ports, await hire(ports, 'ann', { role: 'review', jobs: ['cats'] }))
    const { id } = jsonAt(ports.world, 'system/labeling-workers/ann.json')
    const { status, json } = await workerFunction(ports)(session)
    expect([status, json]).toEqual([200, { worker: 'ann', id: workerPseudonym(id, 1), role: 'review', jobs: ['cats'] }])
    expect(json.id).toMatch(/^[0-9a-f]{16}$/)
  })

  it('costs a function one read of the key in its life, and one of the worker a minute', async () => {
    const ports = memoryPorts()
    const session = await enter(ports, await hire(ports))
    const call = workerFunction(memoryPorts({ world: ports.world }))
    const before = ports.world.calls.length
    for (let second = 0; second < 60; second++) {
      expect((await call(session)).status).toBe(200)
      later(ports, 1000)
    }
    const keys = () => ports.world.calls.slice(before).map(({ key }) => key)
    expect(keys()).toEqual(['system/labeling-key.json', 'system/labeling-workers/ann.json'])
    await call(session)
    expect(keys().slice(2)).toEqual(['system/labeling-workers/ann.json'])
  })

  it('is checked with those of all other workers of the function by one listing a minute', async () => {
    const ports = memoryPorts()
    const sessions: string[] = []
    for (const name of ['ann', 'bob', 'cid']) sessions.push(await enter(ports, await hire(ports, name)))
    const call = workerFunction(memoryPorts({ world: ports.world }))
    const callAll = async () => {
      for (const session of sessions) expect((await call(session)).status).toBe(200)
    }
    await callAll()
    const before = ports.world.calls.length
    for (let minute = 0; minute < 3; minute++) {
      later(ports, 60_000)
      await callAll()
    }
    const calls = ports.world.calls.slice(before).map(({ method, key }) => `${method} ${key}`)
    expect(calls).toEqual(Array.from({ length: 3 }, () => 'list system/labeling-workers/'))
  })

  it('ends after twelve hours, when it is replayed', async () => {
    const ports = memoryPorts()
    const session = await enter(ports, await hire(ports))
    const call = workerFunction(ports)
    later(ports, 12 * HOURS - 1)
    expect((await call(session)).status).toBe(200)
    later(ports, 1)
    const { status, headers } = await call(session)
    expect([status, headers['www-authenticate']]).toEqual([401, `${CHALLENGE}, error="invalid_token"`])
  })

  it('of a new link is valid at once, although the function has just read the worker', async () => {
    const ports = memoryPorts()
    const before = await enter(ports, await hire(ports))
    const call = workerFunction(ports)
    await call(before)
    const { link } = await rotateLink('ann', ports)
    const session = await enter(ports, link.replace(/^.*#/, ''))
    expect((await call(session)).status).toBe(200)
  })

  it('is refused when it was forged', async () => {
    const ports = memoryPorts()
    const session = await enter(ports, await hire(ports))
    await hire(ports, 'bob')
    const [payload = '', mac = ''] = session.slice('gws_'.length).split('.')
    const said = JSON.parse(Buffer.from(payload, 'base64url').toString())
    const changed = Buffer.from(JSON.stringify({ ...said, until: said.until + HOURS })).toString('base64url')
    const key = await labelingKey.findOrCreate(ports)
    const forged = {
      'another payload': `gws_${changed}.${mac}`,
      'another key': `gws_${signText(said, 'session', randomBytes(32))}`,
      'an empty key': `gws_${signText(said, 'session', Buffer.alloc(0))}`,
      'an empty signature': `gws_${payload}.`,
      'no signature': `gws_${payload}`,
      'nothing else': 'gws_',
      'the signature of a ticket': `gws_${signText(said, 'ticket', key)}`,
      'the id of a record that was replaced': `gws_${signText({ ...said, id: 'other' }, 'session', key)}`,
      'the name of another worker': `gws_${signText({ ...said, worker: 'bob' }, 'session', key)}`,
    }
    const call = workerFunction(ports)
    for (const [what, text] of Object.entries(forged)) expect([what, (await call(text)).status]).toEqual([what, 401])
    expect((await call(session)).status).toBe(200)
  })

  it('is refused before anything was signed with the key', async () => {
    const ports = memoryPorts()
    const said = { worker: 'ann', id: 'id', seat: 1, link: 'l', until: ports.world.now.getTime() + HOURS }
    const { status } = await workerFunction(ports)(`gws_${signText(said, 'session', Buffer.alloc(32))}`)
    expect(status).toBe(401)
    expect(ports.world.stored.size).toBe(0)
  })

  it('ends with the worker, also when that is later than its twelve hours would be', async () => {
    const ports = memoryPorts()
    const expiresAt = new Date(ports.world.now.getTime() + HOURS).toISOString()
    const session = await enter(ports, await hire(ports, 'ann', { expiresAt }))
    const call = workerFunction(ports)
    expect((await call(session)).status).toBe(200)
    later(ports, HOURS)
    expect((await call(session)).status).toBe(401)
  })
})

describe('an endpoint of workers', () => {
  it('refuses tokens: known ones with 403, unknown ones with 401', async () => {
    const ports = memoryPorts()
    const call = workerFunction(ports)
    for (const scope of ['read', 'write'] as const) {
      const { status, headers } = await call(await createToken(scope, scope, ports))
      expect([status, headers['www-authenticate']]).toEqual([
        403,
        `${CHALLENGE}, error="insufficient_scope", scope="label"`,
      ])
    }
    expect((await call('gw_nobody')).status).toBe(401)
    const { status, headers } = await call(undefined)
    expect([status, headers['www-authenticate']]).toEqual([401, CHALLENGE])
  })

  it('refuses a token whose record was given the scope label by hand', async () => {
    const ports = memoryPorts()
    const token = await createToken('odd', 'read', ports)
    const [key = ''] = [...ports.world.stored.keys()].map((uri) => uri.replace('s3://work/', ''))
    await ports.objects.put(key, JSON.stringify({ ...jsonAt(ports.world, key), scopes: ['label'] }))
    expect((await workerFunction(ports)(token)).status).toBe(403)
  })

  it('checks sessions also where a deployment asks all others for AWS signatures', async () => {
    const { world } = memoryPorts()
    const ports = memoryPorts({ world, config: testConfig({ authorization: 'iam' }) })
    const session = await enter(ports, await hire(ports))
    const call = workerFunction(ports)
    expect((await call(session)).status).toBe(200)
    expect((await call(undefined)).status).toBe(401)
    const iam = { userArn: 'arn:aws:iam::123456789012:user/ci' }
    expect((await call(undefined, { iam })).status).toBe(401)
    expect((await call(await createToken('ci', 'write', ports))).status).toBe(403)
  })

  it('must declare what verifies its sessions', () => {
    const declared = { operationId: 'test', summary: 'Test', refuses: [], permissions: [], answers: {} } as const
    const careless = route({ ...declared, method: 'POST', path: '/v1/me/test', scope: 'label' }, async () => ok({}))
    expect(() => lambda(careless, () => memoryPorts())).toThrow('sessions')
  })
})

it('a session is refused everywhere else', async () => {
  const ports = memoryPorts()
  const session = await enter(ports, await hire(ports))
  const declared = { operationId: 'test', summary: 'Test', refuses: [], permissions: [], answers: {} } as const
  for (const scope of ['read', 'write'] as const) {
    const endpoint = route({ ...declared, method: 'POST', path: '/v1/things', scope }, async () => ok({}))
    const headers = { authorization: `Bearer ${session}` }
    const { status } = await callHandler(
      lambda(endpoint, () => ports),
      { method: 'POST', headers },
    )
    expect([scope, status]).toEqual([scope, 401])
  }
})
