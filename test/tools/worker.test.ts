import { describe, expect, it } from '@jest/globals'
import { readOptions } from '../../tools/worker/options.ts'

describe('npm run worker', () => {
  it('parses create, list, delete and rotate', () => {
    const command = (...given: string[]) => readOptions(given).command
    const request = { role: 'label', seats: 1 }
    expect(command('create', 'ann')).toEqual({ verb: 'create', name: 'ann', request })
    expect(command('create', 'ann', '--role', 'review', '--jobs', 'a,b', '--seats', '30')).toEqual({
      verb: 'create',
      name: 'ann',
      request: { role: 'review', jobs: ['a', 'b'], seats: 30 },
    })
    const expiresAt = '2026-12-31T18:00:00Z'
    expect(command('create', 'ann', '--expires', expiresAt)).toMatchObject({ request: { expiresAt } })
    expect(command('list')).toEqual({ verb: 'list' })
    expect(command('delete', 'ann')).toEqual({ verb: 'delete', name: 'ann' })
    expect(command('rotate', 'ann')).toEqual({ verb: 'rotate', name: 'ann' })
    expect(readOptions(['--help'])).toMatchObject({ help: true })
  })

  it('asks for the address of the API only where a link of a deployment is made', () => {
    const bucket = ['--bucket', 'work']
    for (const verb of ['create', 'rotate']) expect(() => readOptions([verb, 'ann', ...bucket])).toThrow('--api')
    const api = 'https://api.example.org'
    expect(readOptions(['rotate', 'ann', ...bucket, '--api', api])).toMatchObject({ bucket: 'work', api })
    expect(readOptions(['list', ...bucket])).toMatchObject({ bucket: 'work', api: undefined })
    expect(readOptions(['delete', 'ann', ...bucket])).toMatchObject({ bucket: 'work' })
  })

  it.each([
    [[], 'required'],
    [['hire', 'ann'], '"hire"'],
    [['create'], 'create takes exactly one name'],
    [['create', 'a', 'b'], 'create takes exactly one name'],
    [['create', 'a_b'], '"a_b"'],
    [['create', 'ann', '--role', 'boss'], '--role'],
    [['create', 'ann', '--jobs', 'a,,b'], '--jobs'],
    [['create', 'ann', '--seats', '0'], '--seats'],
    [['create', 'ann', '--seats', 'many'], '--seats'],
    [['create', 'ann', '--expires', 'tomorrow'], '--expires'],
    [['list', 'ann'], '"ann"'],
    [['delete'], 'delete takes exactly one name'],
    [['rotate', 'ann', '--seats', '2'], '--seats is allowed only for create'],
    [['list', '--bucket', ''], '--bucket'],
    [['rotate', 'ann', '--api', 'api.example.org'], '--api'],
  ])('says what is wrong with %j', (given, part) => {
    expect(() => readOptions(given)).toThrow(part)
  })
})
