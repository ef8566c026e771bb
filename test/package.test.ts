import { spawnSync } from 'node:child_process'
import { readFile } from 'node:fs/promises'
import { describe, expect, it } from '@jest/globals'
import manifest from '../package.json' with { type: 'json' }
import lock from '../package-lock.json' with { type: 'json' }

const ROOT = new URL('../', import.meta.url)
const EXACT = /^\d+\.\d+\.\d+(-r\.\d+)?$/

describe('package.json', () => {
  it('names exact versions only', () => {
    const { dependencies, devDependencies, optionalDependencies, overrides } = manifest
    const all = Object.entries({ ...dependencies, ...devDependencies, ...optionalDependencies, ...overrides })
    expect(all.filter(([, version]) => !EXACT.test(version.replace(/^npm:.+@/, '')))).toEqual([])
  })

  it('has the runtime dependencies that the decision on them names, and no other', async () => {
    const decision = await readFile(new URL('docs/adr/0004-dependencies.md', ROOT), 'utf8')
    const rows = [...decision.matchAll(/^\| `([^`]+)` \|/gm)].map(([, name]) => name)
    expect(rows).toEqual(Object.keys(manifest.dependencies))
  })

  it('lets no package run a script when it is installed', () => {
    const scripted = Object.entries(lock.packages as Record<string, { hasInstallScript?: boolean }>)
      .filter(([, { hasInstallScript }]) => hasInstallScript)
      .map(([path]) => path.slice(path.lastIndexOf('node_modules/') + 'node_modules/'.length))
    const allowed: Readonly<Record<string, boolean>> = manifest.allowScripts
    expect([...new Set(scripted)].filter((name) => allowed[name] !== false)).toEqual([])
    expect(Object.values(allowed)).not.toContain(true)
  })

  it('is locked to no one registry', () => {
    const resolved = Object.values(lock.packages as Record<string, { resolved?: string }>).filter((one) => one.resolved)
    expect(resolved).toEqual([])
  })
})

describe('a Node that is too old', () => {
  const run = (version: string) => {
    const pretend = `Object.defineProperty(process, 'versions', { value: { node: '${version}' } })`
    const script = `${pretend}; require('./tools/require-node-24.cjs'); process.stdout.write('went on')`
    const { status, stdout, stderr } = spawnSync(process.execPath, ['-e', script], { cwd: ROOT, encoding: 'utf8' })
    return [status, stdout, stderr]
  }

  it('is told so in a sentence', () => {
    const sentence = 'Groundwork needs Node 24 or newer, and this is 20.20.2. Install it, then npm ci again.\n'
    expect(run('20.20.2')).toEqual([1, '', sentence])
    expect(run('24.0.0')).toEqual([0, 'went on', ''])
  })

  it('is found out before every program', () => {
    const { dev, demo, routes, test, package: packaging, deploy, remove } = manifest.scripts
    for (const script of [dev, demo, routes]) expect(script).toMatch(/^node -r \.\/tools\/require-node-24\.cjs /)
    for (const script of [test, packaging, deploy, remove])
      expect(script).toMatch(/^node tools\/require-node-24\.cjs && /)
  })
})
