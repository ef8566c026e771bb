import { type ChildProcess, spawn } from 'node:child_process'
import { once } from 'node:events'
import { mkdtemp, readFile, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { createInterface } from 'node:readline'
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals'

const ROOT = new URL('../', import.meta.url).pathname

describe('the commands of the documents', () => {
  let directory: string
  beforeAll(async () => {
    directory = await mkdtemp(join(tmpdir(), 'readme-'))
  })
  afterAll(async () => {
    for (const child of children) child.kill('SIGKILL')
    await rm(directory, { recursive: true })
  })

  const children: ChildProcess[] = []

  /** Starts the program that the documents start. Returns the address of its API, and what stops it. */
  async function startDev(): Promise<{ api: string; stop(): Promise<unknown> }> {
    const settings = { NODE_OPTIONS: '', GROUNDWORK_DIR: directory, GROUNDWORK_TOKEN: 'my-token-0123456789', PORT: '0' }
    const env = { ...process.env, ...settings }
    const child = spawn(process.execPath, [join(ROOT, 'local/dev.ts')], { env, stdio: ['ignore', 'pipe', 'ignore'] })
    children.push(child)
    const closed = once(child, 'close')
    for await (const line of createInterface({ input: child.stdout })) {
      if (!line.startsWith('ready ')) continue
      const stop = async () => {
        child.kill('SIGTERM')
        return await closed
      }
      return { api: JSON.parse(line.slice('ready '.length)).api, stop }
    }
    throw new Error('npm run dev did not become ready')
  }

  /** Runs `sh` blocks of a document as if they were pasted. A refused call stops them. */
  async function paste(document: string, blocksWith: RegExp, api: string): Promise<{ status: number; output: string }> {
    const blocks = Array.from(
      (await readFile(join(ROOT, document), 'utf8')).matchAll(/```sh\n([\s\S]+?)```/g),
      ([, text = '']) => text,
    )
    const script = blocks.filter((text) => blocksWith.test(text)).join('')
    // Without curl there is nothing to paste.
    const shell = `set -eu; command -v curl > /dev/null || exit 77; curl() { command curl --fail-with-body "$@"; }; ${script}`
    const env = { ...process.env, NODE_OPTIONS: '', GROUNDWORK_DIR: directory }
    const child = spawn('bash', ['-c', shell.replace('http://127.0.0.1:3000', api)], {
      cwd: ROOT,
      env,
      stdio: ['ignore', 'pipe', 'pipe'],
    })
    let output = ''
    child.stdout.on('data', (part) => (output += part))
    child.stderr.on('data', (part) => (output += part))
    const [status] = await once(child, 'close')
    return { status, output }
  }

  const TUTORIAL = [
    '"state":"copied"',
    '"imageCount":20',
    '"available":13',
    '"status":"Completed"',
    '"outcome":"labeled"',
    '"more":false',
    '"secret":"whsec_',
  ]

  const DOCUMENTS = [
    ['README.md', /curl|API/, ['"className":"Person"', '"upTo":"manifest"', '000002b66c9c498e.jpg"}']],
    ['docs/tutorial.md', /curl|API/, [...TUTORIAL, '000002b66c9c498e.jpg"}']],
    ['docs/local.md', /npm run token/, ['gw_', 'robot\tread\t']],
  ] as const

  it('work when they are pasted, pasted again, and pasted after a restart', async () => {
    for (const times of [2, 1]) {
      const { api, stop } = await startDev()
      for (let time = 1; time <= times; time++)
        for (const [document, blocksWith, shown] of DOCUMENTS) {
          const { status, output } = await paste(document, blocksWith, api)
          if (status === 77) continue
          expect([document, times, time, status, output]).toEqual([document, times, time, 0, expect.any(String)])
          for (const part of shown) expect(output).toContain(part)
        }
      expect(await stop()).toEqual([0, null])
    }
  })
})
