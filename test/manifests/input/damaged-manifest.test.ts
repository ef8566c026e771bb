import { describe, expect, it } from '@jest/globals'
import { ManifestRequest } from '../../../shared/contracts/manifest-request.ts'
import { readManifest } from '../../../shared/manifests/input/read-manifest.ts'
import { makeManifest, writeManifest } from '../../../shared/manifests/input/write-manifest.ts'
import { type DAMAGES, damage, roundKey } from '../../copying/damage.ts'
import { copiedPorts, create } from '../../support/fixtures/labeling-jobs.ts'
import { imageListKeyAt, jsonAt, ROOT, textAt } from '../../support/world/bucket-contents.ts'
import { SimulatedCrash } from '../../support/world/call.ts'
import { memoryObject } from '../../support/world/memory-object.ts'
import type { MemoryPorts } from '../../support/world/ports.ts'

const KEY = 'data/b/manifests/input.manifest'
const BATCH = `${ROOT}data/b/batch.json`
const write = (ports: MemoryPorts) => writeManifest('b', ManifestRequest.parse({}), { store: true }, ports)

const corrupt = (key: string) => expect.objectContaining({ code: 'corrupt-state', key })

/** Returns ports over a world with a copied batch `b` of five images, whose manifest is written. */
async function writtenPorts(): Promise<MemoryPorts> {
  const ports = await copiedPorts()
  await write(ports)
  return ports
}

describe('a manifest that was written', () => {
  it.each(['deleted', 'cut inside a line', 'emptied'] as const)(
    'is not taken for a smaller one, or for none, when it was %s',
    async (kind: keyof typeof DAMAGES) => {
      const ports = await writtenPorts()
      const restore = damage(ports, KEY, kind)
      await expect(readManifest('b', ports)).rejects.toEqual(corrupt(KEY))
      await expect(create(ports)).rejects.toEqual(corrupt(KEY))
      expect(ports.world.labeling.requests).toEqual([])
      restore()
      expect((await create(ports)).outcome).toBe('created')
    },
  )

  it('is written anew by the same call', async () => {
    const ports = await writtenPorts()
    damage(ports, KEY, 'deleted')
    expect(await write(ports)).toMatchObject({ lines: 5 })
    expect(await readManifest('b', ports)).toEqual({ text: textAt(ports.world, KEY) })
  })

  it('may be edited by its owner, with or without a line feed at its end', async () => {
    const ports = await writtenPorts()
    const lines = (textAt(ports.world, KEY) ?? '').split('\n').slice(0, 2)
    for (const text of [`${lines.join('\n')}\n`, lines.join('\n')]) {
      ports.world.stored.set(ROOT + KEY, memoryObject(text))
      expect(await readManifest('b', ports)).toEqual({ text })
    }
    expect(await create(ports)).toMatchObject({ outcome: 'created', state: { lines: 2 } })
  })

  it('may be empty when an older version wrote it for a batch without a good copy', async () => {
    const ports = await copiedPorts()
    const empty = memoryObject('')
    const manifest = { lines: 0, bytes: 0, etag: empty.etag }
    const batch = { ...jsonAt(ports.world, 'data/b/batch.json'), manifest }
    ports.world.stored.set(BATCH, memoryObject(JSON.stringify(batch)))
    ports.world.stored.set(ROOT + KEY, empty)
    expect(await readManifest('b', ports)).toEqual({ text: '' })
  })
})

describe('writing a manifest', () => {
  it.each(['list', 'receipt'])('leaves the one that is there when the %s is damaged', async (what) => {
    const ports = await writtenPorts()
    const before = ports.world.stored.get(ROOT + KEY)
    const key = what === 'list' ? imageListKeyAt(ports.world, 'b') : roundKey(ports, '1/0000.json')
    damage(ports, key, 'cut at the end of a line')
    await expect(write(ports)).rejects.toEqual(corrupt(key))
    expect(ports.world.stored.get(ROOT + KEY)).toBe(before)
  })

  it('records its lines, and keeps what only a newer version knows of the batch', async () => {
    const ports = await copiedPorts()
    const newer = { ...jsonAt(ports.world, 'data/b/batch.json'), schemaVersion: 9, more: { is: 'kept' } }
    ports.world.stored.set(BATCH, memoryObject(JSON.stringify(newer)))
    await write(ports)
    const { etag, bytes } = ports.world.stored.get(ROOT + KEY) ?? memoryObject('')
    expect(jsonAt(ports.world, 'data/b/batch.json')).toMatchObject({
      ...{ schemaVersion: 9, more: { is: 'kept' } },
      manifest: { lines: 5, bytes: bytes.length, etag },
    })
  })

  it('does not write the batch again when the manifest is the same, and no event is to be published', async () => {
    const ports = await writtenPorts()
    const before = ports.world.stored.get(BATCH)
    await makeManifest('b', ManifestRequest.parse({}), { store: true }, ports)
    expect(ports.world.stored.get(BATCH)).toBe(before)
  })

  it('publishes its event from the outbox of the batch, so that a crash before it is sent does not lose it', async () => {
    const ports = await writtenPorts()
    ports.world.sent.events.splice(0)
    ports.world.fault = ({ port }) => (port === 'messages' ? 'before' : undefined)
    await expect(write(ports)).rejects.toThrow(SimulatedCrash)
    ports.world.fault = () => undefined
    expect(jsonAt(ports.world, 'data/b/batch.json').pendingEvents).toMatchObject([{ type: 'manifest.written' }])
  })
})
