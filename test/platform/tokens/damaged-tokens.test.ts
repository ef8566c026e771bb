import { describe, expect, it } from '@jest/globals'
import { ok } from '../../../shared/platform/http/reply.ts'
import { lambda, route } from '../../../shared/platform/http/route.ts'
import { createToken, newToken, setToken } from '../../../shared/platform/tokens/create.ts'
import { listTokens } from '../../../shared/platform/tokens/list.ts'
import { revokeToken } from '../../../shared/platform/tokens/revoke.ts'
import { parseTokenKey, tokenKey } from '../../../shared/platform/tokens/token.ts'
import { readOptions } from '../../../tools/token/options.ts'
import { DAMAGES } from '../../support/fixtures/damages.ts'
import { callHandler } from '../../support/http/call-handler.ts'
import { keysUnder } from '../../support/world/bucket-contents.ts'
import { type MemoryPorts, memoryPorts } from '../../support/world/ports.ts'

/** Returns ports with a good token `good` and a damaged token `bad`. */
async function damaged(text: string) {
  const ports = memoryPorts()
  const [good, bad] = [await createToken('good', 'write', ports), await createToken('bad', 'write', ports)]
  const key = tokenKey(bad)
  await ports.objects.put(key, text)
  return { ports, good, bad, key, hash: parseTokenKey(key) ?? '' }
}

const endpoint = route(
  {
    method: 'GET',
    path: '/v1/things',
    operationId: 't',
    summary: 'T',
    refuses: [],
    permissions: [],
    scope: 'read',
    answers: {},
  },
  async () => ok({}),
)
const call = (token: string, ports: MemoryPorts) =>
  callHandler(
    lambda(endpoint, () => ports),
    { headers: { authorization: `Bearer ${token}` } },
  )

describe.each(DAMAGES)('with a token whose object is %s', (_, text) => {
  it('all other tokens work, and requests with the damaged one answer corrupt-state', async () => {
    const { ports, good, bad, key } = await damaged(text)
    expect((await call(good, ports)).status).toBe(200)
    const { status, json } = await call(bad, ports)
    expect([status, json.code, json.detail.includes(key)]).toEqual([500, 'corrupt-state', true])
  })

  it('the list shows it by its hash, as unreadable, and all other tokens', async () => {
    const { ports, hash, key } = await damaged(text)
    const unreadable = { name: hash, state: 'unreadable', problem: { code: 'corrupt-state', errors: [] } }
    const items = await listTokens(ports.objects)
    expect(items).toHaveLength(2)
    expect(items).toContainEqual(expect.objectContaining({ name: 'good', scopes: ['read', 'write'] }))
    expect(items.find(({ name }) => name === hash)).toMatchObject(unreadable)
    expect(JSON.stringify(items)).toContain(key)
  })

  it('tokens can be created and revoked, the damaged one by its hash', async () => {
    const { ports, hash, good } = await damaged(text)
    await createToken('bad', 'read', ports)
    await expect(createToken('good', 'read', ports)).rejects.toMatchObject({ code: 'conflict' })
    await revokeToken('good', ports.objects)
    await expect(revokeToken('good', ports.objects)).rejects.toMatchObject({ code: 'not-found' })
    expect((await call(good, ports)).json.code).toBe('unauthorized')
    expect(readOptions(['revoke', hash])).toMatchObject({ command: { verb: 'revoke', name: hash } })
    await revokeToken(hash, ports.objects)
    expect(await listTokens(ports.objects)).toMatchObject([{ name: 'bad', scopes: ['read'] }])
  })

  it('the token of npm run dev can be stored, in place of the damaged one too', async () => {
    const { ports, bad } = await damaged(text)
    const token = newToken()
    await setToken(token, 'dev', 'write', ports)
    expect((await call(token, ports)).status).toBe(200)
    await setToken(bad, 'dev', 'write', ports)
    expect((await call(bad, ports)).status).toBe(200)
    expect((await listTokens(ports.objects)).map(({ name }) => name)).toEqual(['dev', 'good'])
  })
})

it('an object in the folder of the tokens that is named by no hash is no token, and stays', async () => {
  const { ports, hash } = await damaged('')
  await ports.objects.put('system/tokens/notes.txt', 'mine')
  await revokeToken(hash, ports.objects)
  // Strictly: an item without a name would count as none.
  expect((await listTokens(ports.objects)).map(({ name }) => name)).toStrictEqual(['good'])
  expect(keysUnder(ports.world, 'system/tokens/')).toContain('notes.txt')
})

it('a readable token can be revoked by its hash', async () => {
  const ports = memoryPorts()
  const token = await createToken('ci', 'read', ports)
  await revokeToken(parseTokenKey(tokenKey(token)) ?? '', ports.objects)
  expect(await listTokens(ports.objects)).toEqual([])
})

it('a token with a scope and a field that only a newer version knows works for the scopes of this one', async () => {
  const ports = memoryPorts()
  const token = newToken()
  const stored = { schemaVersion: 7, name: 'ci', scopes: ['read', 'label'], createdAt: '2026-01-02T03:04:05Z', team: 1 }
  await ports.objects.put(tokenKey(token), JSON.stringify(stored))
  expect((await call(token, ports)).status).toBe(200)
  expect(await listTokens(ports.objects)).toMatchObject([{ name: 'ci', scopes: ['read', 'label'] }])
})
