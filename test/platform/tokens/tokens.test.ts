import { describe, expect, it } from '@jest/globals'
import { checkToken } from '../../../shared/platform/tokens/check.ts'
import { createToken, newToken, setToken } from '../../../shared/platform/tokens/create.ts'
import { listTokens } from '../../../shared/platform/tokens/list.ts'
import { revokeToken } from '../../../shared/platform/tokens/revoke.ts'
import { isBearerToken, tokenKey } from '../../../shared/platform/tokens/token.ts'
import { tokenCache } from '../../../shared/platform/tokens/token-cache.ts'
import { readOptions } from '../../../tools/token/options.ts'
import { type MemoryPorts, memoryPorts } from '../../support/world/ports.ts'

const later = ({ world }: MemoryPorts, milliseconds: number): void => {
  world.now = new Date(world.now.getTime() + milliseconds)
}
const countReads = ({ world }: MemoryPorts): number => world.calls.filter(({ method }) => method === 'get').length

describe('createToken', () => {
  it('returns a random token that fits into a header, and stores only its hash', async () => {
    const ports = memoryPorts()
    const token = await createToken('ci', 'write', ports)
    expect(token).toMatch(/^gw_[\w-]{43}$/)
    expect([isBearerToken(token), token === newToken()]).toEqual([true, false])
    const [[uri, object] = ['']] = [...ports.world.stored]
    expect(uri).toBe(`s3://work/${tokenKey(token)}`)
    expect(uri).toMatch(/^s3:\/\/work\/system\/tokens\/[0-9a-f]{64}\.json$/)
    const text = Buffer.from(object?.bytes ?? '').toString()
    expect(JSON.parse(text)).toMatchObject({
      name: 'ci',
      scopes: ['read', 'write'],
      createdAt: '2026-01-02T03:04:05.000Z',
    })
    expect(text).not.toContain(token.slice(3))
  })

  it('includes read in the scope write, but not write in read', async () => {
    const ports = memoryPorts()
    const find = tokenCache()
    const writeToken = await createToken('ci', 'write', ports)
    const readToken = await createToken('look', 'read', ports)
    expect(await checkToken(writeToken, 'read', find, ports)).toBe('ci')
    expect(await checkToken(writeToken, 'write', find, ports)).toBe('ci')
    expect(await checkToken(readToken, 'read', find, ports)).toBe('look')
    const message = expect.stringMatching(/"write".*"look".*"read"/)
    await expect(checkToken(readToken, 'write', find, ports)).rejects.toMatchObject({ code: 'forbidden', message })
  })

  it('refuses a name that is taken', async () => {
    const ports = memoryPorts()
    await createToken('ci', 'write', ports)
    await expect(createToken('ci', 'read', ports)).rejects.toMatchObject({ code: 'conflict' })
    expect(await listTokens(ports.objects)).toHaveLength(1)
  })

  it('keeps names unique for concurrent calls', async () => {
    const ports = memoryPorts()
    await Promise.allSettled([createToken('ci', 'write', ports), createToken('ci', 'read', ports)])
    expect((await listTokens(ports.objects)).length).toBeLessThan(2)
  })
})

describe('listTokens', () => {
  it('returns all tokens sorted by name, over several pages', async () => {
    const ports = memoryPorts()
    for (let number = 1001; number > 0; number--) {
      const token = { name: `n${10_000 + number}`, scopes: ['read'], createdAt: '2026-01-02T03:04:05.000Z' }
      await ports.objects.put(tokenKey(`t${number}`), JSON.stringify(token))
    }
    const list = await listTokens(ports.objects)
    expect(list).toHaveLength(1001)
    expect(list[0]).toEqual({ name: 'n10001', scopes: ['read'], createdAt: '2026-01-02T03:04:05.000Z' })
    expect(list.at(-1)?.name).toBe('n11001')
  })
})

describe('revokeToken', () => {
  it('stops the token within a minute', async () => {
    const ports = memoryPorts()
    const find = tokenCache()
    const token = await createToken('ci', 'write', ports)
    await checkToken(token, 'read', find, ports)
    await revokeToken('ci', ports.objects)
    later(ports, 59_999)
    expect(await checkToken(token, 'read', find, ports)).toBe('ci')
    later(ports, 1)
    await expect(checkToken(token, 'read', find, ports)).rejects.toMatchObject({ code: 'unauthorized' })
    expect(ports.world.stored.size).toBe(0)
  })

  it('answers not-found for an unknown name', async () => {
    await expect(revokeToken('ci', memoryPorts().objects)).rejects.toMatchObject({ code: 'not-found' })
  })
})

describe('tokenCache', () => {
  it('reads a token once a minute', async () => {
    const ports = memoryPorts()
    const find = tokenCache()
    const token = await createToken('ci', 'write', ports)
    const before = countReads(ports)
    for (let second = 0; second < 60; second++) {
      await checkToken(token, 'read', find, ports)
      later(ports, 1000)
    }
    expect(countReads(ports) - before).toBe(1)
    await checkToken(token, 'read', find, ports)
    expect(countReads(ports) - before).toBe(2)
  })

  it('does not cache unknown tokens', async () => {
    const ports = memoryPorts()
    const find = tokenCache()
    await expect(checkToken('mine', 'read', find, ports)).rejects.toMatchObject({ code: 'unauthorized' })
    await setToken('mine', 'dev', 'write', ports)
    expect(await checkToken('mine', 'read', find, ports)).toBe('dev')
  })

  it('caches at most a thousand tokens', async () => {
    const ports = memoryPorts()
    const find = tokenCache()
    for (let number = 0; number <= 1000; number++) {
      await setToken(`t${number}`, 'dev', 'read', ports)
      await checkToken(`t${number}`, 'read', find, ports)
    }
    const before = countReads(ports)
    await checkToken('t1', 'read', find, ports)
    expect(countReads(ports) - before).toBe(0)
    await expect(checkToken('t0', 'read', find, ports)).rejects.toMatchObject({ code: 'unauthorized' })
  })

  it.each(['', 'two words', 'a,b', 'ä', '"', '=', 'a=b', 'a'.repeat(1025)])(
    'refuses the malformed token %j without a read',
    async (token) => {
      const ports = memoryPorts()
      await expect(checkToken(token, 'read', tokenCache(), ports)).rejects.toMatchObject({ code: 'unauthorized' })
      expect(ports.world.calls).toEqual([])
    },
  )
})

describe('setToken', () => {
  it('replaces the token of that name and any earlier entry of this token', async () => {
    const ports = memoryPorts()
    const other = await createToken('ci', 'read', ports)
    await setToken('first', 'dev', 'write', ports)
    await setToken('second', 'dev', 'write', ports)
    await setToken('second', 'dev', 'write', ports)
    expect((await listTokens(ports.objects)).map(({ name }) => name)).toEqual(['ci', 'dev'])
    const find = tokenCache()
    await expect(checkToken('first', 'read', find, ports)).rejects.toMatchObject({ code: 'unauthorized' })
    await setToken(other, 'dev', 'write', ports)
    expect(await listTokens(ports.objects)).toMatchObject([{ name: 'dev', scopes: ['read', 'write'] }])
    expect(await checkToken(other, 'write', find, ports)).toBe('dev')
  })
})

describe('npm run token', () => {
  it('parses create, list and revoke', () => {
    const command = (...given: string[]) => readOptions(given).command
    expect(command('create', 'ci', '--scope', 'write')).toEqual({ verb: 'create', name: 'ci', scope: 'write' })
    expect(command('list')).toEqual({ verb: 'list' })
    expect(command('revoke', 'ci')).toEqual({ verb: 'revoke', name: 'ci' })
    expect(readOptions(['list', '--bucket', 'work'])).toMatchObject({ bucket: 'work', help: false })
    expect(readOptions(['--help'])).toMatchObject({ help: true })
  })

  it.each([
    [[], 'required'],
    [['make', 'ci'], '"make"'],
    [['create', '--scope', 'read'], 'create takes exactly one name'],
    [['create', 'a', 'b', '--scope', 'read'], 'create takes exactly one name'],
    [['create', 'ci'], '--scope read or --scope write'],
    [['create', 'ci', '--scope', 'admin'], '--scope read or --scope write'],
    [['create', 'a_b', '--scope', 'read'], 'the name must be 1 to 63 letters, digits and inner hyphens, not "a_b"'],
    [['list', 'ci'], '"ci"'],
    [['revoke'], 'revoke takes exactly one name'],
    [['revoke', 'ci', '--scope', 'read'], '--scope'],
    [['list', '--bucket', ''], '--bucket'],
  ])('says what is wrong with %j', (given, message) => {
    expect(() => readOptions(given)).toThrow(message)
  })
})
