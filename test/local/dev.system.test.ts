import { type ChildProcess, spawn } from 'node:child_process'
import { once } from 'node:events'
import { mkdtemp, readFile, rm } from 'node:fs/promises'
import { createServer, type Server } from 'node:http'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { setTimeout as wait } from 'node:timers/promises'
import { afterEach, beforeEach, describe, expect, it } from '@jest/globals'
import { fetchDeclared } from '../support/http/declared-answers.ts'

const PROGRAM = new URL('../../local/dev.ts', import.meta.url).pathname
const toolPath = (tool: string): string => new URL(`../../tools/${tool}.ts`, import.meta.url).pathname

/** Long enough that nothing is said about it. */
const TOKEN_OF_TEST = 'a-long-token-of-this-test'

let directory: string
let child: ChildProcess
beforeEach(async () => {
  directory = await mkdtemp(join(tmpdir(), 'dev-'))
})
afterEach(async () => {
  child.kill('SIGKILL')
  await rm(directory, { recursive: true })
})

/** Starts the program. Its output so far is in `text`. */
function dev(environment: Readonly<Record<string, string>>): { text: string } {
  const output = { text: '' }
  const env = { ...process.env, NODE_OPTIONS: '', GROUNDWORK_DIR: directory, ...environment }
  child = spawn(process.execPath, [PROGRAM], { env, stdio: ['ignore', 'pipe', 'pipe'] })
  for (const stream of [child.stdout, child.stderr])
    stream?.on('data', (part) => {
      output.text += part
    })
  return output
}

/** Runs the token tool or the worker tool. Returns its exit status and output. */
async function runTool(
  tool: 'token' | 'worker',
  ...args: string[]
): Promise<{ status: unknown; stdout: string; stderr: string }> {
  const env = { ...process.env, NODE_OPTIONS: '', GROUNDWORK_DIR: directory }
  const program = spawn(process.execPath, [toolPath(tool), ...args], { env, stdio: ['ignore', 'pipe', 'pipe'] })
  const output = { stdout: '', stderr: '' }
  program.stdout.on('data', (part) => (output.stdout += part))
  program.stderr.on('data', (part) => (output.stderr += part))
  const [status] = await once(program, 'close')
  return { status, ...output }
}

const runToken = (...args: string[]) => runTool('token', ...args)

/** Starts another server. */
async function listen(): Promise<{ other: Server; port: string }> {
  const other = createServer().listen(0, '127.0.0.1')
  await once(other, 'listening')
  const address = other.address()
  return { other, port: typeof address === 'object' && address ? String(address.port) : '' }
}

describe('npm run dev', () => {
  it('exits with a message when its port is in use', async () => {
    const { other, port } = await listen()
    const output = dev({ PORT: port })
    expect(await once(child, 'close')).toEqual([1, null])
    expect(output.text).toMatch(new RegExp(`^Port ${port} .*PORT=3001 npm run dev\n$`))
    other.close()
  })

  it('exits with a message when the port of S3 is in use', async () => {
    const { other, port } = await listen()
    const output = dev({ PORT: '0', S3_PORT: port })
    expect(await once(child, 'close')).toEqual([1, null])
    expect(output.text).toMatch(new RegExp(`^Port ${port} .*S3_PORT=.* npm run dev\n$`))
    other.close()
  })

  it('exits with a message when PORT is invalid', async () => {
    const output = dev({ PORT: 'http' })
    expect(await once(child, 'close')).toEqual([1, null])
    expect(output.text).toMatch(/^PORT .*"http".*\n$/)
  })

  it('exits with a message when GROUNDWORK_TOKEN is not a valid bearer token', async () => {
    const output = dev({ PORT: '0', GROUNDWORK_TOKEN: 'two words' })
    expect(await once(child, 'close')).toEqual([1, null])
    expect(output.text).toMatch(/^GROUNDWORK_TOKEN .*\n$/)
  })

  it('prints one line when it is ready, and stops cleanly after a repeated signal', async () => {
    const output = dev({ PORT: '0', GROUNDWORK_TOKEN: 'mine' })
    while (!output.text.includes('ready '))
      await Promise.race([once(child.stdout!, 'data'), once(child.stderr!, 'data')])
    const line = output.text.split('\n').find((one) => one.startsWith('ready ')) ?? ''
    const { api, token, s3, labeling, label, ...keys } = JSON.parse(line.slice('ready '.length))
    expect(token).toBe('mine')
    expect(keys).toEqual(JSON.parse(await readFile(join(directory, 'credentials.json'), 'utf8')))
    expect((await fetchDeclared(`${api}/health`)).status).toBe(200)
    for (const server of [s3, labeling]) expect((await fetch(server)).status).toBeLessThan(500)

    // Tokens can be created while it runs, and remain after it has stopped.
    const created = await runToken('create', 'look', '--scope', 'read')
    expect([created.status, created.stdout]).toEqual([0, expect.stringMatching(/^gw_[\w-]{43}\n$/)])
    const status = async (method: string, bearer: string) =>
      (await fetchDeclared(`${api}/v1/batches/b`, { method, headers: { authorization: `Bearer ${bearer}` } })).status
    expect(await status('GET', created.stdout.trim())).toBe(404)
    expect(await status('DELETE', created.stdout.trim())).toBe(403)
    expect(await status('DELETE', 'mine')).toBe(404)
    expect(await status('GET', 'yours')).toBe(401)

    // The worker of the program, and one that is created while it runs, open their links.
    const hired = await runTool('worker', 'create', 'ann')
    for (const link of [label, hired.stdout.trim()]) {
      expect(link.startsWith(`${api}/label#w.`)).toBe(true)
      const body = JSON.stringify({ secret: link.split('#')[1] })
      const headers = { 'content-type': 'application/json' }
      expect((await fetchDeclared(`${api}/v1/me/sessions`, { method: 'POST', headers, body })).status).toBe(201)
    }

    child.kill('SIGINT')
    child.kill('SIGTERM')
    expect(await once(child, 'close')).toEqual([0, null])
    expect((await runTool('worker', 'list')).stdout).toMatch(/^ann\t.*\nyou\t.*\n$/)
    expect((await runToken('list')).stdout).toMatch(/^dev\tread,write\t\S+\nlook\tread\t\S+\n$/)
    const again = await runToken('create', 'look', '--scope', 'read')
    expect([again.status, again.stdout]).toEqual([1, ''])
    expect(again.stderr).toContain('"look" already exists')
    expect((await runToken('create', 'look')).status).toBe(2)
  })

  /** Starts the program, and waits until it is ready. Returns its lines. */
  async function startReady(environment: Readonly<Record<string, string>>): Promise<string[]> {
    const output = dev({ PORT: '0', ...environment })
    while (!/^ready .*\n/m.test(output.text)) await wait(50)
    return output.text.trimEnd().split('\n')
  }

  it('is refused a directory that another one uses, in one line that names it, and leaves it alone', async () => {
    const lines = await startReady({ GROUNDWORK_TOKEN: TOKEN_OF_TEST })
    const { api } = JSON.parse((lines.at(-1) ?? '').replace('ready ', ''))
    const first = child
    const before = await readFile(join(directory, 'owner.json'), 'utf8')
    try {
      const output = dev({ PORT: '0', GROUNDWORK_TOKEN: TOKEN_OF_TEST })
      expect(await once(child, 'close')).toEqual([1, null])
      expect(output.text).toMatch(/^[^\n]+\n$/)
      for (const part of [directory, String(first.pid), 'npm run dev', api]) expect(output.text).toContain(part)
      expect(await readFile(join(directory, 'owner.json'), 'utf8')).toBe(before)
      const headers = { authorization: `Bearer ${TOKEN_OF_TEST}` }
      expect((await fetchDeclared(`${api}/v1/batches/b`, { headers })).status).toBe(404)
    } finally {
      first.kill('SIGKILL')
      await once(first, 'close')
    }
  })

  it('and the token tool may be started at the same time', async () => {
    const ready = startReady({})
    const names = ['a', 'b', 'c']
    const created = await Promise.all(names.map((name) => runToken('create', name, '--scope', 'read')))
    expect(created.map(({ status }) => status)).toEqual([0, 0, 0])
    await ready
    child.kill('SIGKILL')
    await once(child, 'close')
    const { stdout } = await runToken('list')
    expect(stdout.match(/^\w+/gm)).toEqual(expect.arrayContaining(names))
  })

  it('says little until it is ready, and S3 keeps its port at the next start', async () => {
    const { other, port } = await listen()
    other.close()
    // The tests themselves silence the functions.
    const settings = { POWERTOOLS_LOG_LEVEL: '', S3_PORT: port }
    const links = new Set<string>()
    for (const mostLines of [3, 1]) {
      const lines = await startReady(settings)
      expect(lines.length).toBeLessThanOrEqual(mostLines)
      expect(JSON.parse((lines.at(-1) ?? '').replace('ready ', ''))).toMatchObject({ s3: `http://127.0.0.1:${port}` })
      links.add(JSON.parse((lines.at(-1) ?? '').replace('ready ', '')).label.split('#')[1])
      child.kill('SIGTERM')
      expect(await once(child, 'close')).toEqual([0, null])
    }
    expect(links.size).toBe(1)
  })

  it('shows what the functions log when LOG_LEVEL is INFO', async () => {
    const lines = await startReady({ LOG_LEVEL: 'INFO' })
    expect(lines.filter((line) => line.includes('"level":"INFO"')).length).toBeGreaterThan(10)
    // Functions may log beside it and after it.
    expect(lines.filter((line) => line.startsWith('ready '))).toHaveLength(1)
  })

  it('stops on a signal that comes while it starts', async () => {
    dev({ PORT: '0' })
    await wait(700)
    child.kill('SIGTERM')
    const [status, signal] = await once(child, 'close')
    // Before the handler is there, the signal itself ends the process.
    expect(status === 0 || signal === 'SIGTERM').toBe(true)
  })

  it('leaves no process when npm is told to stop', async () => {
    const env = { ...process.env, NODE_OPTIONS: '', GROUNDWORK_DIR: directory, PORT: '0', GROUNDWORK_TOKEN: 'mine' }
    const root = new URL('../../', import.meta.url).pathname
    child = spawn('npm', ['run', '--silent', 'dev'], { cwd: root, env, stdio: ['ignore', 'pipe', 'ignore'] })
    const [line] = (await once(child.stdout!, 'data')) as [Buffer]
    const { api } = JSON.parse(line.toString().replace('ready ', ''))
    child.kill('SIGTERM')
    await once(child, 'close')
    await expect(fetch(`${api}/health`)).rejects.toThrow()
  })
})
