import { spawnSync } from 'node:child_process'
import { copyFile, mkdir, mkdtemp, readFile, readlink, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { dirname, join } from 'node:path'
import { describe, expect, it } from '@jest/globals'
import manifest from '../package.json' with { type: 'json' }
import lock from '../package-lock.json' with { type: 'json' }
import clientTools from '../tools/clients/npm/package.json' with { type: 'json' }
import clientLock from '../tools/clients/npm/package-lock.json' with { type: 'json' }

const ROOT = new URL('../', import.meta.url)
const EXACT = /^\d+\.\d+\.\d+(-r\.\d+)?$/

describe('package.json', () => {
  it('names exact versions only', () => {
    const { dependencies, devDependencies, optionalDependencies, overrides } = manifest
    const all = Object.entries({ ...dependencies, ...devDependencies, ...optionalDependencies, ...overrides })
    expect(all.filter(([, version]) => !EXACT.test(version.replace(/^npm:.+@/, '')))).toEqual([])
    expect(Object.values(clientTools.dependencies).filter((version) => !EXACT.test(version))).toEqual([])
  })

  it.each(['clients', 'other-servers'])('pins every Python package of npm run %s', async (tool) => {
    const list = await readFile(new URL(`tools/${tool}/python/requirements.txt`, ROOT), 'utf8')
    const packages = list.split('\n').filter((line) => line !== '' && !line.startsWith('#'))
    expect(packages.length).toBeGreaterThan(20)
    expect(packages.filter((line) => !/^[\w.-]+==\d+(\.\d+)+(\.post\d+)?$/.test(line))).toEqual([])
  })

  it('has only the runtime dependencies that ADR 4 lists', async () => {
    const decision = await readFile(new URL('docs/adr/0004-dependencies.md', ROOT), 'utf8')
    const rows = [...decision.matchAll(/^\| `([^`]+)` \|/gm)].map(([, name]) => name)
    expect(rows).toEqual(Object.keys(manifest.dependencies))
  })

  it('allows no package to run an install script', () => {
    const scripted = Object.entries(lock.packages as Record<string, { hasInstallScript?: boolean }>)
      .filter(([, { hasInstallScript }]) => hasInstallScript)
      .map(([path]) => path.slice(path.lastIndexOf('node_modules/') + 'node_modules/'.length))
    const allowed: Readonly<Record<string, boolean>> = manifest.allowScripts
    expect([...new Set(scripted)].filter((name) => allowed[name] !== false)).toEqual([])
    expect(Object.values(allowed)).not.toContain(true)
  })

  it('keeps the packages that report installations from it, where npm does not know allowScripts', () => {
    expect(manifest.scarfSettings).toEqual({ enabled: false })
  })

  it('lets signals to npm reach the program: no shell is left between them', () => {
    const programs = Object.entries(manifest.scripts).filter(([, script]) => /(?<!build)\.ts( |$)/.test(script))
    expect(programs.length).toBeGreaterThan(10)
    // The one that goes on with other programs cannot give its place away.
    const kept = programs.filter(([, script]) => !script.startsWith('exec node ')).map(([name]) => name)
    expect(kept).toEqual(['generate'])
  })

  it('is not locked to a registry', () => {
    const packages = [...Object.values(lock.packages), ...Object.values(clientLock.packages)]
    expect(packages.filter((one) => 'resolved' in one)).toEqual([])
  })
})

describe('require-node-24.cjs', () => {
  const run = (version: string) => {
    const fakeVersion = `Object.defineProperty(process, 'versions', { value: { node: '${version}' } })`
    const script = `${fakeVersion}; require('./tools/require-node-24.cjs'); process.stdout.write('continued')`
    const { status, stdout, stderr } = spawnSync(process.execPath, ['-e', script], { cwd: ROOT, encoding: 'utf8' })
    return [status, stdout, stderr]
  }

  it('stops an older Node and names its version', () => {
    expect(run('20.20.2')).toEqual([1, '', expect.stringContaining('20.20.2')])
    expect(run('24.0.0')).toEqual([0, 'continued', ''])
  })

  it('runs before every program', () => {
    const { dev, demo, generate, docs, test, package: packaging, deploy, remove } = manifest.scripts
    for (const script of [dev, demo, generate, docs])
      expect(script).toMatch(/^(exec )?node -r \.\/tools\/require-node-24\.cjs /)
    for (const script of [test, packaging, deploy, remove])
      expect(script).toMatch(/^node tools\/require-node-24\.cjs && /)
  })
})

describe('link-node.cjs', () => {
  it('links the Node of the project where npm left it out, and keeps a link that is there', async () => {
    const folder = await mkdtemp(join(tmpdir(), 'link-node-'))
    try {
      const node = `node_modules/node-linux-${process.arch}/bin/node`
      for (const path of ['tools', 'node_modules/.bin', dirname(node)])
        await mkdir(join(folder, path), { recursive: true })
      const program = join(folder, 'tools/link-node.cjs')
      await copyFile(new URL('tools/link-node.cjs', ROOT), program)
      const link = () => spawnSync(process.execPath, [program], { encoding: 'utf8' })
      expect(link()).toMatchObject({ status: 0, stderr: '' })
      await expect(readlink(join(folder, 'node_modules/.bin/node'))).rejects.toThrow('ENOENT')
      await writeFile(join(folder, node), 'the program')
      for (const run of [1, 2]) expect([run, link().status]).toEqual([run, 0])
      expect(await readFile(join(folder, 'node_modules/.bin/node'), 'utf8')).toBe('the program')
    } finally {
      await rm(folder, { recursive: true })
    }
  })
})
