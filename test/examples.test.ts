import { type ChildProcess, spawn } from 'node:child_process'
import { once } from 'node:events'
import { mkdtemp, readdir, readFile, rm } from 'node:fs/promises'
import { createServer } from 'node:http'
import { type AddressInfo, connect } from 'node:net'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { setTimeout as wait } from 'node:timers/promises'
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals'
import { Webhook } from 'standardwebhooks'
import { seedSampleDatasets } from '../local/sample-data/seed.ts'
import { type Stack, startStack } from '../local/stack.ts'
import { fetchDeclared } from './support/http/declared-answers.ts'
import { type ExampleRequest, fillPlaceholders, parseHttpFile } from './support/http/http-file.ts'
import { pollUntil, STACK_TIMEOUT_MS } from './support/poll.ts'

const EXAMPLES = new URL('../examples/', import.meta.url)
const README = await readFile(new URL('README.md', EXAMPLES), 'utf8')
const FILES = [...README.matchAll(/^\d+\. \[(.+\.http)\]\(\1\)$/gm)].map(([, file = '']) => file)

const readRequests = async (file: string) => parseHttpFile(await readFile(new URL(file, EXAMPLES), 'utf8'))

const TOKEN = 'my-token'

let directory: string
let stack: Stack
beforeAll(async () => {
  directory = await mkdtemp(join(tmpdir(), 'examples-'))
  stack = await startStack({ directory, token: TOKEN })
  await seedSampleDatasets(stack)
}, STACK_TIMEOUT_MS)
afterAll(async () => {
  await stack.stop()
  await rm(directory, { recursive: true })
})

const send = ({ method, target, headers, body }: ExampleRequest, answers: ReadonlyMap<string, unknown>) => {
  const fill = (text: string): string => fillPlaceholders(text, TOKEN, answers)
  const sent = Object.entries(headers).map(([name, value]): [string, string] => [name, fill(value)])
  const init = { method, headers: Object.fromEntries(sent), ...(body !== undefined && { body }) }
  return fetchDeclared(`${stack.api}${fill(target)}`, init)
}

const STATES = ['importing', 'selecting', 'queued', 'copying', 'deleting', 'pending']
const JOB_STATUSES = ['Creating', 'Initializing', 'InProgress', 'Stopping']
const IN_PROGRESS = new Set([...STATES, ...JOB_STATUSES])

interface Resource {
  readonly state?: string
  readonly status?: string
  readonly run?: { readonly state: string }
}

/** Polls the location of background work until the work has ended, as `retry-after` asks. */
async function waitUntilDone(location: string): Promise<void> {
  const read = async (): Promise<Resource> => {
    const response = await fetchDeclared(`${stack.api}${location}`, { headers: { authorization: `Bearer ${TOKEN}` } })
    return (await response.json()) as Resource // as the contract declares, which was checked
  }
  await pollUntil(
    read,
    ({ state, status, run }) => !IN_PROGRESS.has(state ?? status ?? '') && run?.state !== 'running',
    (last) => `${location} is ${JSON.stringify(last)}`,
  )
}

describe('the .http files', () => {
  it('are all listed in examples/README.md', async () => {
    const files = (await readdir(EXAMPLES)).filter((file) => file.endsWith('.http'))
    expect(FILES.toSorted()).toEqual(files.toSorted())
  })

  it.each(FILES)('%s gets the statuses that its comments name', async (file) => {
    const requests = await readRequests(file)
    const answers = new Map<string, unknown>()
    for (const [at, request] of requests.entries()) {
      const response = await send(request, answers)
      if (request.name !== undefined) answers.set(request.name, await response.clone().json())
      if (!request.expected.includes(response.status))
        throw new Error(`${request.title}: ${response.status} ${await response.text()}`)
      const cancelsNext = requests[at + 1]?.title.startsWith('Cancel')
      const location = response.headers.get('location') ?? request.target
      if (response.headers.has('retry-after') && !cancelsNext) await waitUntilDone(location)
    }
  })
})

describe('the webhook examples', () => {
  const children: ChildProcess[] = []
  afterAll(() => {
    for (const child of children) child.kill()
  })

  /** Starts a program of the examples and collects its output. */
  const start = (program: string, args: readonly string[], env: Readonly<Record<string, string>>) => {
    const child = spawn(program, args, {
      cwd: new URL('../', EXAMPLES),
      env: { ...process.env, NODE_OPTIONS: '', ...env },
    })
    children.push(child)
    const output = { text: '' }
    child.stdout.on('data', (part) => (output.text += part))
    child.stderr.on('data', (part) => (output.text += part))
    const waitFor = async (pattern: RegExp): Promise<RegExpExecArray> => {
      for (;;) {
        const found = pattern.exec(output.text)
        if (found) return found
        if (child.exitCode !== null) throw new Error(`${program} exited: ${output.text}`)
        await wait(20)
      }
    }
    return { child, output, waitFor }
  }

  /** Finds a port that is free now. */
  const findFreePort = async (): Promise<number> => {
    const server = createServer().listen(0, '127.0.0.1')
    await once(server, 'listening')
    const { port } = server.address() as AddressInfo // the server listens on a port, not on a pipe
    server.close()
    return port
  }

  it('accept only what is signed with their secret, and survive a sender that hangs up', async () => {
    const secret = `whsec_${Buffer.alloc(32, 7).toString('base64')}`
    const port = await findFreePort()
    const receiver = start(process.execPath, ['examples/receiver.mjs'], { WEBHOOK_SECRET: secret, PORT: String(port) })
    await receiver.waitFor(/listening/)
    const post = async (at: Date, signedBody: string, body = signedBody) => {
      const headers = {
        'webhook-id': 'evt_1',
        'webhook-timestamp': String(Math.floor(at.getTime() / 1000)),
        'webhook-signature': `v1,b3RoZXI= ${new Webhook(secret).sign('evt_1', at, signedBody)}`,
      }
      return (await fetch(`http://127.0.0.1:${port}/`, { method: 'POST', headers, body })).status
    }
    const socket = connect(port, '127.0.0.1')
    await once(socket, 'connect')
    socket.write('POST / HTTP/1.1\r\nhost: a\r\ncontent-length: 100\r\n\r\nabc', () => socket.destroy())
    await once(socket, 'close')
    expect(await post(new Date(), '{"a":1}')).toBe(204)
    expect(await post(new Date(), '{"a":1}', '{"a":2}')).toBe(401)
    expect(await post(new Date(Date.now() - 301_000), '{"a":1}')).toBe(401)
    expect(await post(new Date(), ' '.repeat(20_001))).toBe(413)
    expect(receiver.output.text.match(/verified/g)).toHaveLength(1)
  })

  it('take a class to a manifest and receive its event', async () => {
    const port = await findFreePort()
    const env = { API: stack.api, TOKEN, WEBHOOK_URL: `http://127.0.0.1:${port}/` }
    const script = start('bash', ['examples/select-to-webhook.sh', 'by-script', 'Person'], env)
    const [, WEBHOOK_SECRET = ''] = await script.waitFor(/WEBHOOK_SECRET=(\S+)/)
    const receiver = start(process.execPath, ['examples/receiver.mjs'], { WEBHOOK_SECRET, PORT: String(port) })
    const [status] = await once(script.child, 'close')
    expect([status, script.output.text]).toEqual([0, expect.stringContaining('"source-ref"')])
    expect(receiver.output.text).toMatch(/verified evt_\w+ \{"type":"manifest.written"/)
  })

  it('fail with the error of a refused call', async () => {
    const env = { API: stack.api, TOKEN: 'unknown', WEBHOOK_URL: 'http://127.0.0.1:1/' }
    const script = start('bash', ['examples/select-to-webhook.sh', 'refused', 'Person'], env)
    const [status] = await once(script.child, 'close')
    expect([status, script.output.text]).toEqual([1, expect.stringContaining('"code":"unauthorized"')])
  })
})
