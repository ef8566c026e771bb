import { type ChildProcess, spawn } from 'node:child_process'
import { once } from 'node:events'
import { mkdtemp, rm } from 'node:fs/promises'
import { createServer } from 'node:http'
import { type AddressInfo, connect } from 'node:net'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { setTimeout as wait } from 'node:timers/promises'
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals'
import { Webhook } from 'standardwebhooks'
import { seedSampleDatasets } from '../local/sample-data/seed.ts'
import { type Stack, startStack } from '../local/stack.ts'
import { readExampleFiles, sortByPredecessor } from '../tools/examples/example-files.ts'
import { startReceiver } from '../tools/examples/receiver.ts'
import { runExampleFile } from '../tools/examples/run-file.ts'
import { runningTarget } from '../tools/examples/running-target.ts'
import { fetchDeclared } from './support/http/declared-answers.ts'
import { STACK_TIMEOUT_MS } from './support/poll.ts'

const EXAMPLES = new URL('../examples/', import.meta.url)
const TOKEN = 'my-token-0123456789'
const EXAMPLES_IN_ORDER = await readExampleFiles()

let directory: string
let stack: Stack
let receiver: Awaited<ReturnType<typeof startReceiver>>
beforeAll(async () => {
  directory = await mkdtemp(join(tmpdir(), 'examples-'))
  receiver = await startReceiver()
  stack = await startStack({ directory, token: TOKEN })
  await seedSampleDatasets(stack)
}, STACK_TIMEOUT_MS)
afterAll(async () => {
  await stack.stop()
  receiver.stop()
  await rm(directory, { recursive: true })
})

/** `fetch` that checks each response against the contract. */
const fetchChecked: typeof fetch = (url, init) => fetchDeclared(String(url), init)

describe('the .http files', () => {
  it.each(EXAMPLES_IN_ORDER.map((file) => [file.name, file] as const))(
    '%s gets the statuses that its comments name',
    async (_, file) => {
      const target = runningTarget({ api: stack.api, token: TOKEN, receiver: receiver.url }, fetchChecked)
      for await (const { request, answer } of runExampleFile(file, target))
        if (!request.expected.includes(answer.status))
          throw new Error(`${request.title}: ${answer.status} ${answer.text}`)
    },
  )
})

describe('the order of the .http files', () => {
  const named = (name: string, after?: string) => ({ name, after })
  const order = (...files: { name: string; after: string | undefined }[]) =>
    sortByPredecessor(files).map(({ name }) => name)

  it('puts each file after the one that it names', () => {
    expect(order(named('c', 'b'), named('a'), named('b', 'a'))).toEqual(['a', 'b', 'c'])
  })

  it('puts a file that others do not build on before those that others build on', () => {
    expect(order(named('a'), named('b', 'a'), named('c', 'b'), named('new', 'a'))).toEqual(['a', 'new', 'b', 'c'])
  })

  it.each([
    ['an unknown file', [named('a'), named('b', 'nothing')]],
    ['itself', [named('a'), named('b', 'b')]],
    ['a file that follows it', [named('a'), named('b', 'c'), named('c', 'b')]],
  ])('refuses a file that follows %s, and names it', (_, files) => {
    expect(() => order(...files.map(({ name, after }) => named(name, after)))).toThrow('examples/b.http')
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
