import { existsSync } from 'node:fs'
import { readdir, readFile } from 'node:fs/promises'
import { dirname, join, normalize } from 'node:path'
import { describe, expect, it } from '@jest/globals'
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

  // A manifest is written anew, and an answer is replaced.
  const isReplaced = (path: string): boolean => /\/(manifest|answers\/\{line\})$/.test(path)
  const created = CALLS.filter(({ method, path }) => method === 'PUT' && !isReplaced(path))
  it.each(created)('include repeating $method $path, and another request under the same name', async (call) => {
    const { requests } = parseHttpFile(await read(`examples/${toExampleFile(call)}`))
    const statuses = requests.filter(({ target }) => !target.includes('?')).flatMap(({ expected }) => expected)
    expect(statuses).toEqual(expect.arrayContaining([201, 200, 409]))
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
