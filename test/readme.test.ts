import { type ChildProcess, spawn } from 'node:child_process'
import { once } from 'node:events'
import { existsSync } from 'node:fs'
import { mkdtemp, readdir, readFile, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { dirname, join, normalize } from 'node:path'
import { createInterface } from 'node:readline'
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals'
import routes from '../shared/contracts/routes.json' with { type: 'json' }
import { parsePathTemplate, splitPath } from '../shared/platform/http/path.ts'
import { STATUS } from '../shared/platform/http/problem.ts'
import { readContract } from '../tools/contract/file.ts'
import { toExampleFile } from '../tools/docs/api/operation.ts'
import { listCalls } from '../tools/docs/api/schema.ts'
import { toAnchor } from '../tools/docs/markdown.ts'
import { parseHttpFile } from '../tools/examples/http-file.ts'

const ROOT = new URL('../', import.meta.url).pathname
const read = (path: string): Promise<string> => readFile(join(ROOT, path), 'utf8')
const IGNORED = new Set(['node_modules', '.git', '.groundwork', '.serverless', '.esbuild', 'coverage'])

/** Lists every file of the project, by its path from the root. */
async function listFiles(folder = ''): Promise<string[]> {
  const entries = await readdir(join(ROOT, folder), { withFileTypes: true })
  const found = entries
    .filter(({ name }) => !IGNORED.has(name))
    .map((entry) => (entry.isDirectory() ? listFiles(join(folder, entry.name)) : [join(folder, entry.name)]))
  return (await Promise.all(found)).flat()
}

const FILES = await listFiles()
const CALLS = listCalls(await readContract())

/** Whether a request of an example belongs to a path of the contract. */
const matchesPath = (path: string, target: string): boolean =>
  parsePathTemplate(path).match(splitPath(target.split('?', 1)[0] ?? '')) !== undefined

describe('the examples of endpoints', () => {
  it('exist for every route', () => {
    const toNames = (calls: readonly { method: string; path: string }[]) =>
      calls.map((one) => `${one.method} ${one.path}`)
    expect(toNames(CALLS).toSorted()).toEqual(toNames(routes).toSorted())
  })

  it.each(CALLS)('include one of $method $path that works and one that is refused', async (call) => {
    const { requests } = parseHttpFile(await read(`examples/${toExampleFile(call)}`))
    const statuses = requests
      .filter((one) => matchesPath(call.path, one.target))
      .map((one) => [one.method, one.expected[0] ?? 0])
    const good = statuses.filter(([used, status]) => used === call.method && Number(status) < 400)
    const refused = statuses.filter(([, status]) => Number(status) >= 400)
    expect([good.length > 0, refused.length > 0]).toEqual([true, true])
  })

  const created = CALLS.filter(({ method, path }) => method === 'PUT' && !path.endsWith('/manifest'))
  it.each(created)('include repeating $method $path, and another request under the same name', async (call) => {
    const { requests } = parseHttpFile(await read(`examples/${toExampleFile(call)}`))
    const statuses = requests.filter(({ target }) => !target.includes('?')).flatMap(({ expected }) => expected)
    expect(statuses).toEqual(expect.arrayContaining([201, 200, 409]))
  })
})

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
    const blocks = Array.from((await read(document)).matchAll(/```sh\n([\s\S]+?)```/g), ([, text = '']) => text)
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

describe('the documents', () => {
  const documents = FILES.filter((file) => file.endsWith('.md'))

  /** Lists the links of a document to files of the project, each with its anchor. */
  async function listLinks(file: string): Promise<{ path: string; anchor: string }[]> {
    // A pattern in a code span can look like a link.
    const text = (await read(file)).replaceAll(/`[^`\n]*`/g, '')
    const targets = Array.from(text.matchAll(/\]\(([^)\s]+)\)/g), ([, target = '']) => target)
    return targets
      .filter((target) => !/^https?:/.test(target))
      .map((target) => {
        const [path = '', anchor = ''] = target.split('#')
        return { path: path === '' ? file : normalize(join(dirname(file), path)), anchor }
      })
  }

  it.each(documents)('%s links only to files that exist', async (file) => {
    const missing = (await listLinks(file)).filter(({ path }) => !existsSync(join(ROOT, path)))
    expect(missing).toEqual([])
  })

  it('link only to sections that exist', async () => {
    const links = (await Promise.all(documents.map(listLinks))).flat()
    const toSections = links.filter(({ path, anchor }) => anchor !== '' && path.endsWith('.md'))
    expect(toSections.length).toBeGreaterThan(100)
    const headings = new Map<string, readonly string[]>()
    for (const { path, anchor } of toSections) {
      const known =
        headings.get(path) ??
        Array.from((await read(path)).matchAll(/^#+ (.+)$/gm), ([, title = '']) => toAnchor(title))
      headings.set(path, known)
      expect([path, known]).toEqual([path, expect.arrayContaining([anchor])])
    }
  })

  it('explain every error code', async () => {
    const headings = Array.from((await read('docs/errors.md')).matchAll(/^## (.+)$/gm), ([, title]) => title)
    expect(headings.filter((title) => title !== 'Codes')).toEqual(Object.keys(STATUS))
  })
})

describe('the files of the project', () => {
  const foreign = /(?<![\w/:.}])\/(work|home|root|Users)\/|registry\.npmjs/

  it('contain no path of a home directory and no registry', async () => {
    const texts = FILES.filter((file) => !/\.(jpg|csv)$/.test(file))
    const found = await Promise.all(
      texts.map(async (file) => {
        const [word] = foreign.exec(await read(file)) ?? []
        return word === undefined ? [] : [`${file}: ${word}`]
      }),
    )
    expect(found.flat()).toEqual([])
  })
})
