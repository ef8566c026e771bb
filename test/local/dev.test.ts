import { type ChildProcess, spawn } from 'node:child_process'
import { once } from 'node:events'
import { mkdtemp, rm } from 'node:fs/promises'
import { createServer } from 'node:http'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterEach, beforeEach, describe, expect, it } from '@jest/globals'
import { fetchDeclared } from '../support/declared-answers.ts'

const PROGRAM = new URL('../../local/dev.ts', import.meta.url).pathname
const TOKEN_PROGRAM = new URL('../../tools/token.ts', import.meta.url).pathname

let directory: string
let child: ChildProcess
beforeEach(async () => {
  directory = await mkdtemp(join(tmpdir(), 'dev-'))
})
afterEach(async () => {
  child.kill('SIGKILL')
  await rm(directory, { recursive: true })
})

/** Runs it; what it has said so far grows in `said`. */
function dev(environment: Readonly<Record<string, string>>): { text: string } {
  const said = { text: '' }
  const env = { ...process.env, NODE_OPTIONS: '', GROUNDWORK_DIR: directory, ...environment }
  child = spawn(process.execPath, [PROGRAM], { env, stdio: ['ignore', 'pipe', 'pipe'] })
  for (const stream of [child.stdout, child.stderr])
    stream?.on('data', (part) => {
      said.text += part
    })
  return said
}

/** What a program says, once it is over. */
async function tokens(...given: string[]): Promise<{ status: unknown; stdout: string; stderr: string }> {
  const env = { ...process.env, NODE_OPTIONS: '', GROUNDWORK_DIR: directory }
  const program = spawn(process.execPath, [TOKEN_PROGRAM, ...given], { env, stdio: ['ignore', 'pipe', 'pipe'] })
  const said = { stdout: '', stderr: '' }
  program.stdout.on('data', (part) => (said.stdout += part))
  program.stderr.on('data', (part) => (said.stderr += part))
  const [status] = await once(program, 'close')
  return { status, ...said }
}

describe('dev', () => {
  it('says so when its port is in use, and starts nothing', async () => {
    const other = createServer().listen(0, '127.0.0.1')
    await once(other, 'listening')
    const address = other.address()
    const port = typeof address === 'object' && address ? String(address.port) : ''
    const said = dev({ PORT: port })
    expect(await once(child, 'close')).toEqual([1, null])
    expect(said.text).toBe(`Port ${port} is in use: stop what runs there, or choose another: PORT=3001 npm run dev\n`)
    other.close()
  })

  it('says so when PORT is no port', async () => {
    const said = dev({ PORT: 'http' })
    expect(await once(child, 'close')).toEqual([1, null])
    expect(said.text).toBe('PORT is "http"; it must be a whole number from 0, which takes any free port, to 65535.\n')
  })

  it('says so when no header could carry the token', async () => {
    const said = dev({ PORT: '0', GROUNDWORK_TOKEN: 'two words' })
    expect(await once(child, 'close')).toEqual([1, null])
    expect(said.text).toBe('GROUNDWORK_TOKEN may hold letters, digits and - . _ ~ + / only, with = at its end.\n')
  })

  it('prints one line when it is ready, and ends well when told to, twice even', async () => {
    const said = dev({ PORT: '0', GROUNDWORK_TOKEN: 'mine' })
    while (!said.text.includes('ready ')) await Promise.race([once(child.stdout!, 'data'), once(child.stderr!, 'data')])
    const line = said.text.split('\n').find((one) => one.startsWith('ready ')) ?? ''
    const { api, token, s3, labeling } = JSON.parse(line.slice('ready '.length))
    expect(token).toBe('mine')
    expect((await fetchDeclared(`${api}/health`)).status).toBe(200)
    for (const server of [s3, labeling]) expect((await fetch(server)).status).toBeLessThan(500)

    // Tokens are made beside it, and are still there when it is not.
    const made = await tokens('create', 'look', '--scope', 'read')
    expect([made.status, made.stdout]).toEqual([0, expect.stringMatching(/^gw_[\w-]{43}\n$/)])
    const status = async (method: string, bearer: string) =>
      (await fetchDeclared(`${api}/v1/batches/b`, { method, headers: { authorization: `Bearer ${bearer}` } })).status
    expect(await status('GET', made.stdout.trim())).toBe(404)
    expect(await status('DELETE', made.stdout.trim())).toBe(403)
    expect(await status('DELETE', 'mine')).toBe(404)
    expect(await status('GET', 'yours')).toBe(401)

    child.kill('SIGINT')
    child.kill('SIGTERM')
    expect(await once(child, 'close')).toEqual([0, null])
    expect((await tokens('list')).stdout).toMatch(/^dev\tread,write\t\S+\nlook\tread\t\S+\n$/)
    const again = await tokens('create', 'look', '--scope', 'read')
    expect([again.status, again.stdout]).toEqual([1, ''])
    expect(again.stderr).toContain('"look" already exists')
    expect((await tokens('create', 'look')).status).toBe(2)
  })
})
