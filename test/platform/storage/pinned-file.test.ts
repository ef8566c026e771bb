import { describe, expect, it } from '@jest/globals'
import { contentHasher } from '../../../shared/platform/storage/content-hash.ts'
import { openPinned, type PinnedFile, readPinned } from '../../../shared/platform/storage/pinned-file.ts'
import { ROOT } from '../../support/world/bucket-contents.ts'
import { memoryObject } from '../../support/world/memory-object.ts'
import { type MemoryPorts, memoryPorts } from '../../support/world/ports.ts'

const KEY = 'data/list.jsonl'
const TEXT = 'one two three'
const CORRUPT = { code: 'corrupt-state', key: KEY }

/** Ports with a stored file, and what its record says of it. */
async function pinned(): Promise<{ ports: MemoryPorts; pin: PinnedFile }> {
  const ports = memoryPorts()
  const etag = (await ports.objects.put(KEY, TEXT)) ?? ''
  const hash = contentHasher()
  hash.add(Buffer.from(TEXT))
  return { ports, pin: { name: 'list.jsonl', bytes: TEXT.length, etag, contentHash: hash.digest() } }
}

const store = ({ world }: MemoryPorts, text: string, etag?: string): void =>
  void world.stored.set(ROOT + KEY, { ...memoryObject(text), ...(etag && { etag }) })

/** Reads the whole file in either way. */
const WAYS: [string, (pin: PinnedFile, ports: MemoryPorts) => Promise<string>][] = [
  [
    'opened',
    async (pin, ports) => {
      const source = await openPinned(KEY, pin, ports)
      return Buffer.from(await source.read(0, source.size)).toString()
    },
  ],
  ['read whole', async (pin, ports) => Buffer.from(await readPinned(KEY, pin, ports)).toString()],
]

describe.each(WAYS)('a pinned file that is %s', (_, read) => {
  it('is read without being hashed while it is the version of the record', async () => {
    const { ports, pin } = await pinned()
    expect(await read({ ...pin, contentHash: 'sha256-unknown' }, ports)).toBe(TEXT)
  })

  it('is read under another ETag, as a restored copy may have, if its content is the same', async () => {
    const { ports, pin } = await pinned()
    store(ports, TEXT, '"restored"')
    expect(await read(pin, ports)).toBe(TEXT)
  })

  it.each([
    ['other content of the same size', 'one two THREE'],
    ['less', 'one two'],
    ['more', 'one two three four'],
    ['nothing', ''],
  ])('is corrupt once it has %s', async (_, text) => {
    const { ports, pin } = await pinned()
    store(ports, text)
    await expect(read(pin, ports)).rejects.toMatchObject(CORRUPT)
  })

  it('is corrupt once it is gone', async () => {
    const { ports, pin } = await pinned()
    ports.world.stored.clear()
    await expect(read(pin, ports)).rejects.toMatchObject(CORRUPT)
  })

  it('is corrupt when the record has another size of it, and another hash', async () => {
    const { ports, pin } = await pinned()
    await expect(read({ ...pin, bytes: 5, contentHash: 'sha256-other' }, ports)).rejects.toMatchObject(CORRUPT)
  })
})

describe('openPinned', () => {
  it('does not hash a file of another size', async () => {
    const { ports, pin } = await pinned()
    store(ports, 'one two')
    await expect(openPinned(KEY, pin, ports)).rejects.toMatchObject(CORRUPT)
    expect(ports.world.calls.filter(({ method }) => method === 'read')).toEqual([])
  })

  it('does not mix a restored file with one that replaces it later', async () => {
    const { ports, pin } = await pinned()
    store(ports, TEXT, '"restored"')
    const source = await openPinned(KEY, pin, ports)
    store(ports, 'one two THREE')
    await expect(source.read(0, source.size)).rejects.toMatchObject({ code: 'source-changed' })
  })

  it('takes a file that is restored while it is looked at', async () => {
    const { ports, pin } = await pinned()
    store(ports, 'one two THREE')
    ports.world.pause = async ({ port, method }) => {
      const isLookedAt = ports.world.calls.some((call) => call.port === 'objects' && call.method === 'get')
      if (port === 'files' && method === 'open' && isLookedAt) store(ports, TEXT, '"restored"')
    }
    expect((await openPinned(KEY, pin, ports)).etag).toBe('"restored"')
  })
})
