import { execFileSync } from 'node:child_process'
import { describe, expect, it } from '@jest/globals'
import { get, toCallLine, toCurl, toPath, withCursor, withQuery } from '../../../web/app/frame/calls.ts'

const ROOT = 'https://api.example.org/'

/** Returns the arguments that a shell would pass to curl. */
function argumentsOf(command: string, token = 'secret'): string[] {
  const script = `curl() { for argument in "$@"; do printf '%s\\0' "$argument"; done; }\n${command}`
  const output = execFileSync('/bin/sh', ['-c', script], { env: { GROUNDWORK_TOKEN: token }, encoding: 'utf8' })
  return output.split('\0').slice(0, -1)
}

describe('calls as commands', () => {
  it('a call is named by its method and path', () => {
    expect(toCallLine(get('v1/batches/tires-0/images?links=true'))).toBe('GET /v1/batches/tires-0/images?links=true')
  })

  it('a call that reads has an address and a token', () => {
    expect(toCurl(get('v1/batches'), ROOT)).toBe(
      `curl 'https://api.example.org/v1/batches' \\\n  -H "Authorization: Bearer $GROUNDWORK_TOKEN"`,
    )
  })

  it('the token is filled in by the shell', () => {
    expect(argumentsOf(toCurl(get('v1/batches'), ROOT))).toEqual([
      'https://api.example.org/v1/batches',
      '-H',
      'Authorization: Bearer secret',
    ])
  })

  it('a body reaches curl as it is, whatever is in it', () => {
    const body = { classNames: ['Nurse\'s $HOME `id` \\ "x" !'], note: 'line\nbreak', long: 'x'.repeat(100) }
    const passed = argumentsOf(toCurl({ method: 'PUT', path: 'v1/batches/b', body }, ROOT))
    expect(passed.slice(0, 3)).toEqual(['-X', 'PUT', 'https://api.example.org/v1/batches/b'])
    expect(JSON.parse(passed.at(-1)!)).toEqual(body)
  })

  it('a short body is on one line, and a long one is indented', () => {
    const call = (body: unknown) => toCurl({ method: 'PUT', path: 'v1/x', body }, ROOT)
    expect(call({ batch: 'tires-0' })).toContain(`-d '{"batch":"tires-0"}'`)
    expect(call({ text: 'x'.repeat(80) })).toContain(`-d '{\n  "text"`)
  })
})

describe('paths of calls', () => {
  it('names are encoded', () => {
    expect(toPath('batches', 'a b/c')).toBe('v1/batches/a%20b%2Fc')
  })

  it('values that are undefined are left out of a query', () => {
    expect(withQuery('v1/x', { links: true, outcome: undefined, limit: 48 })).toBe('v1/x?links=true&limit=48')
    expect(withQuery('v1/x', {})).toBe('v1/x')
  })

  it('a cursor is added to the query that is there', () => {
    expect(withCursor('v1/x?limit=1', 'a+b')).toBe('v1/x?limit=1&cursor=a%2Bb')
    expect(withCursor('v1/x', 'c')).toBe('v1/x?cursor=c')
  })
})
