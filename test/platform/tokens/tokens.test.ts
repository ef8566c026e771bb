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
const readsOf = ({ world }: MemoryPorts): number => world.calls.filter(({ method }) => method === 'get').length

describe('a token that is made', () => {
  it('cannot be guessed, can stand in a header, and is kept as its hash alone', async () => {
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

  it('allows reading if it allows writing, and not the other way round', async () => {
    const ports = memoryPorts()
    const find = tokenCache()
    const writing = await createToken('ci', 'write', ports)
    const reading = await createToken('look', 'read', ports)
    expect(await checkToken(writing, 'read', find, ports)).toBe('ci')
    expect(await checkToken(writing, 'write', find, ports)).toBe('ci')
    expect(await checkToken(reading, 'read', find, ports)).toBe('look')
    const message = 'The token "look" allows "read"; this call needs one that allows "write".'
    await expect(checkToken(reading, 'write', find, ports)).rejects.toMatchObject({ code: 'forbidden', message })
  })

  it('has a name of its own', async () => {
    const ports = memoryPorts()
    await createToken('ci', 'write', ports)
    await expect(createToken('ci', 'read', ports)).rejects.toMatchObject({ code: 'conflict' })
    expect(await listTokens(ports.objects)).toHaveLength(1)
  })

  it('has it also when two are made at once', async () => {
    const ports = memoryPorts()
    await Promise.allSettled([createToken('ci', 'write', ports), createToken('ci', 'read', ports)])
    expect((await listTokens(ports.objects)).length).toBeLessThan(2)
  })
})

describe('the list of tokens', () => {
  it('says who may do what, by name, however many there are', async () => {
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

describe('a token that is revoked', () => {
  it('opens nothing any more within a minute', async () => {
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

  it('must have been there', async () => {
    await expect(revokeToken('ci', memoryPorts().objects)).rejects.toMatchObject({ code: 'not-found' })
  })
})

describe('looking a token up', () => {
  it('costs one read a minute for one that is there, however often it comes', async () => {
    const ports = memoryPorts()
    const find = tokenCache()
    const token = await createToken('ci', 'write', ports)
    const before = readsOf(ports)
    for (let second = 0; second < 60; second++) {
      await checkToken(token, 'read', find, ports)
      later(ports, 1000)
    }
    expect(readsOf(ports) - before).toBe(1)
    await checkToken(token, 'read', find, ports)
    expect(readsOf(ports) - before).toBe(2)
  })

  it('finds one as soon as it is made, though it was asked for before', async () => {
    const ports = memoryPorts()
    const find = tokenCache()
    await expect(checkToken('mine', 'read', find, ports)).rejects.toMatchObject({ code: 'unauthorized' })
    await setToken('mine', 'dev', 'write', ports)
    expect(await checkToken('mine', 'read', find, ports)).toBe('dev')
  })

  it('remembers a thousand at most', async () => {
    const ports = memoryPorts()
    const find = tokenCache()
    for (let number = 0; number <= 1000; number++) {
      await setToken(`t${number}`, 'dev', 'read', ports)
      await checkToken(`t${number}`, 'read', find, ports)
    }
    const before = readsOf(ports)
    await checkToken('t1', 'read', find, ports)
    expect(readsOf(ports) - before).toBe(0)
    await expect(checkToken('t0', 'read', find, ports)).rejects.toMatchObject({ code: 'unauthorized' })
  })

  it.each(['', 'two words', 'a,b', 'ä', '"', '=', 'a=b', 'a'.repeat(1025)])(
    'does not ask the store for what is no token: %j',
    async (token) => {
      const ports = memoryPorts()
      await expect(checkToken(token, 'read', tokenCache(), ports)).rejects.toMatchObject({ code: 'unauthorized' })
      expect(ports.world.calls).toEqual([])
    },
  )
})

describe('the token of a stack', () => {
  it('is what it is set to, in place of the last one, whatever it was before', async () => {
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

describe('the command line of npm run token', () => {
  it('makes, lists and revokes', () => {
    const command = (...given: string[]) => readOptions(given).command
    expect(command('create', 'ci', '--scope', 'write')).toEqual({ verb: 'create', name: 'ci', scope: 'write' })
    expect(command('list')).toEqual({ verb: 'list' })
    expect(command('revoke', 'ci')).toEqual({ verb: 'revoke', name: 'ci' })
    expect(readOptions(['list', '--bucket', 'work'])).toMatchObject({ bucket: 'work', help: false })
    expect(readOptions(['--help'])).toMatchObject({ help: true })
  })

  it.each([
    [[], 'say what to do'],
    [['make', 'ci'], 'there is no "make"'],
    [['create', '--scope', 'read'], 'create takes one name'],
    [['create', 'a', 'b', '--scope', 'read'], 'create takes one name'],
    [['create', 'ci'], 'create needs --scope read or --scope write'],
    [['create', 'ci', '--scope', 'admin'], 'create needs --scope read or --scope write'],
    [['create', 'a_b', '--scope', 'read'], 'the name must be 1 to 63 letters, digits and inner hyphens, not "a_b"'],
    [['list', 'ci'], 'list takes no name, not "ci"'],
    [['revoke'], 'revoke takes one name'],
    [['revoke', 'ci', '--scope', 'read'], '--scope belongs to create'],
    [['list', '--bucket', ''], '--bucket needs the name of a bucket'],
  ])('says what is wrong with %j', (given, message) => {
    expect(() => readOptions(given)).toThrow(message)
  })
})
