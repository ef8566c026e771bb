import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { existsSync } from 'node:fs'
import { mkdtemp, readdir, readFile, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { dirname, join } from 'node:path'
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals'
import routes from '../functions/routes.json' with { type: 'json' }
import { seedSampleDatasets } from '../local/sample-data/seed.ts'
import { type Stack, startStack } from '../local/stack.ts'
import { STATUS } from '../shared/platform/http/problem.ts'
import { parseHttpFile } from './support/http-file.ts'

const ROOT = new URL('../', import.meta.url).pathname
const read = (path: string): Promise<string> => readFile(join(ROOT, path), 'utf8')
const NOT_OURS = new Set(['node_modules', '.git', '.groundwork', '.serverless', '.esbuild', 'coverage'])

/** Every file of the project, by its path from the root. */
async function ownFiles(folder = ''): Promise<string[]> {
  const entries = await readdir(join(ROOT, folder), { withFileTypes: true })
  const found = entries
    .filter(({ name }) => !NOT_OURS.has(name))
    .map((entry) => (entry.isDirectory() ? ownFiles(join(folder, entry.name)) : [join(folder, entry.name)]))
  return (await Promise.all(found)).flat()
}

const FILES = await ownFiles()
const README = await read('README.md')
const ROWS = [...README.matchAll(/^\| `([A-Z]+) (\S+)` \| .+ \| \[.+\]\((.+)\) \|$/gm)].map(
  ([, method = '', path = '', example = '']) => ({ method, path, example }),
)
const fits = (path: string, target: string): boolean =>
  new RegExp(`^${path.replaceAll(/\{\w+\}/g, '[^/]+')}$`).test(target.split('?', 1)[0] ?? '')

describe('the endpoints in the README', () => {
  it('are those that there are', () => {
    const names = (rows: readonly { method: string; path: string }[]) => rows.map((row) => `${row.method} ${row.path}`)
    expect(names(ROWS).toSorted()).toEqual(names(routes).toSorted())
  })

  it.each(ROWS)(
    '$method $path has an example that works and one that is refused',
    async ({ method, path, example }) => {
      const requests = parseHttpFile(await read(example))
      const statuses = requests.filter((one) => fits(path, one.target)).map((one) => [one.method, one.expected[0] ?? 0])
      const good = statuses.filter(([used, status]) => used === method && Number(status) < 400)
      const refused = statuses.filter(([, status]) => Number(status) >= 400)
      expect([good.length > 0, refused.length > 0]).toEqual([true, true])
    },
  )
})

describe('the walk through it in the README', () => {
  const steps = [...README.matchAll(/```sh\n([\s\S]+?)```/g)]
    .map(([, text = '']) => text)
    .filter((text) => /curl|API/.test(text))
  let directory: string
  let stack: Stack
  beforeAll(async () => {
    directory = await mkdtemp(join(tmpdir(), 'readme-'))
    stack = await startStack({ directory, token: 'my-token' })
    await seedSampleDatasets(stack)
  })
  afterAll(async () => {
    await stack.stop()
    await rm(directory, { recursive: true })
  })

  it('works when it is pasted', async () => {
    const script = steps.join('').replace('http://127.0.0.1:3000', stack.api)
    // A refused call stops it; where there is no curl, there is nothing to paste.
    const shell = `set -eu; command -v curl > /dev/null || exit 77; curl() { command curl --fail-with-body "$@"; }; ${script}`
    const child = spawn('bash', ['-c', shell], { stdio: ['ignore', 'pipe', 'pipe'] })
    let said = ''
    child.stdout.on('data', (part) => (said += part))
    child.stderr.on('data', (part) => (said += part))
    const [status] = await once(child, 'close')
    if (status === 77) return
    expect([status, said]).toEqual([0, expect.stringContaining('"state":"copied"')])
    const shown = ['"imageCount":20', '"available":13', '"status":"Completed"', '"left":614', '"objects":23']
    for (const part of [...shown, '000002b66c9c498e.jpg"}']) expect(said).toContain(part)
  })
})

describe('the documents', () => {
  const documents = FILES.filter((file) => file.endsWith('.md'))

  it.each(documents)('%s links only to what there is', async (file) => {
    const targets = [...(await read(file)).matchAll(/\]\(([^)]+)\)/g)].map(
      ([, target = '']) => target.split('#', 1)[0] ?? '',
    )
    const local = targets.filter((target) => target !== '' && !/^https?:/.test(target))
    expect(local.filter((target) => !existsSync(join(ROOT, dirname(file), target)))).toEqual([])
  })

  it('explain every error code, with its status', async () => {
    const sections = [...(await read('docs/errors.md')).matchAll(/^## (\S+)\n\nStatus (\d+)\./gm)]
    expect(sections.map(([, code, status]) => [code, Number(status)])).toEqual(Object.entries(STATUS))
  })
})

describe('the files of the project', () => {
  const foreign = /(?<![\w/:.}])\/(work|home|root|Users)\/|registry\.npmjs/

  it('name no folder of anybody, and no registry', async () => {
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
