import { chmod, mkdtemp, readFile, rm, stat, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterEach, beforeEach, describe, expect, it } from '@jest/globals'
import { openDevWorker } from '../../local/dev-worker.ts'
import { removeWorker } from '../../shared/labeling/workers/remove.ts'
import { rotateLink } from '../../shared/labeling/workers/rotate-link.ts'
import { enter, hire } from '../support/fixtures/workers.ts'
import { keysUnder } from '../support/world/bucket-contents.ts'
import { type MemoryPorts, memoryPorts, testConfig } from '../support/world/ports.ts'
import { copyWorld } from '../support/world/world.ts'

const RECORD = 'system/labeling-workers/you.json'

let directory: string
let ports: MemoryPorts
beforeEach(async () => {
  directory = await mkdtemp(join(tmpdir(), 'dev-worker-'))
  ports = memoryPorts({ config: testConfig({ apiUrl: 'http://127.0.0.1:3000' }) })
})
afterEach(() => rm(directory, { recursive: true }))

const start = (own = ports) => openDevWorker(directory, own)
const file = () => join(directory, 'label-link.txt')
const enterWith = (link: string) => enter(ports, link)

describe('the worker of npm run dev', () => {
  it('has a link that opens, and the same one at the next start', async () => {
    const link = await start()
    expect(link).toMatch(/^http:\/\/127\.0\.0\.1:3000\/label#w\.[\w-]{43}$/)
    await enterWith(link)
    const written = ports.world.calls.filter(({ method }) => method === 'put').length
    expect(await start()).toBe(link)
    expect(ports.world.calls.filter(({ method }) => method === 'put')).toHaveLength(written)
  })

  it('keeps its secret in a file that only its owner reads', async () => {
    await start()
    const mode = async () => (await stat(file())).mode & 0o777
    expect(await mode()).toBe(0o600)
    await chmod(file(), 0o644)
    await start()
    expect(await mode()).toBe(0o600)
  })

  it.each(['', 'nonsense\n', `${'x'.repeat(43)}\n`])('gets another link when the file holds %j', async (text) => {
    const link = await start()
    await writeFile(file(), text)
    const other = await start()
    expect(other).not.toBe(link)
    await enterWith(other)
    await expect(enterWith(link)).rejects.toMatchObject({ code: 'unauthorized' })
    expect(keysUnder(ports.world, 'system/labeling-links/')).toHaveLength(1)
  })

  const REVOCATIONS: Readonly<Record<string, () => Promise<unknown>>> = {
    removed: () => removeWorker('you', ports),
    replaced: () => rotateLink('you', ports),
    'removed and created': async () => {
      await removeWorker('you', ports)
      await hire(ports, 'you')
    },
    damaged: () => ports.objects.put(RECORD, '{"worker"'),
  }
  it.each(Object.keys(REVOCATIONS))('does not bring a link back that was revoked: its record was %s', async (how) => {
    const link = await start()
    await REVOCATIONS[how]!()
    const other = await start()
    expect(other).not.toBe(link)
    await enterWith(other)
    await expect(enterWith(link)).rejects.toMatchObject({ code: 'unauthorized' })
    expect(await start()).toBe(other)
  })

  it('opens with the link of the next start, wherever this one dies', async () => {
    await start()
    await writeFile(file(), '')
    const before = copyWorld(ports.world)
    for (const side of ['before', 'after'] as const)
      for (let at = 1, isOver = false; !isOver; at++) {
        const dying = memoryPorts({ world: copyWorld(before), config: ports.config })
        dying.world.fault = (_, number) => (number === at ? side : undefined)
        isOver = await start(dying).then(
          () => true,
          () => false,
        )
        dying.world.fault = () => undefined
        await enter(dying, await start(dying))
        expect((await readFile(file(), 'utf8')).length).toBe(44)
        await writeFile(file(), '')
      }
  })

  it('is one worker for two programs that share a bucket and start at once', async () => {
    const other = await mkdtemp(join(tmpdir(), 'dev-worker-'))
    try {
      const links = await Promise.all([start(), openDevWorker(other, memoryPorts({ ...ports }))])
      expect(keysUnder(ports.world, 'system/labeling-workers/')).toEqual(['you.json'])
      const opened = await Promise.allSettled(links.map(enterWith))
      expect(opened.map(({ status }) => status).toSorted()).toEqual(['fulfilled', 'rejected'])
    } finally {
      await rm(other, { recursive: true })
    }
  })
})
