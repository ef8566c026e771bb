import { describe, expect, it } from '@jest/globals'
import { AppError } from '../../../shared/contracts/errors.ts'
import { storeStream } from '../../../shared/platform/storage/multipart.ts'
import { memoryObject } from '../../support/world/memory-object.ts'
import { memoryPorts } from '../../support/world/ports.ts'

const MIB = 1 << 20

/** Yields `total` bytes in chunks, filled by their offset. @param breaksAt offset at which the stream fails */
async function* stream(
  total: number,
  chunkBytes: number,
  breaksAt = Number.POSITIVE_INFINITY,
): AsyncGenerator<Uint8Array> {
  for (let at = 0; at < total; at += chunkBytes) {
    if (at >= breaksAt) throw new Error('broken')
    yield Buffer.alloc(Math.min(chunkBytes, total - at), at % 251)
  }
}
const stored = ({ world }: ReturnType<typeof memoryPorts>) => world.stored.get('s3://work/key')

describe('storeStream', () => {
  it.each([
    ['nothing', 0, []],
    ['100 bytes', 100, [100]],
    ['exactly a part', 5 * MIB, [5 * MIB]],
    ['a byte more than a part', 5 * MIB + 1, [5 * MIB, 1]],
    ['exactly two parts', 10 * MIB, [5 * MIB, 5 * MIB]],
  ])('stores %s', async (_, total, parts) => {
    const ports = memoryPorts()
    const etag = await storeStream('key', stream(total, 3 * MIB), ports)
    expect(etag).toBe(stored(ports)?.etag)
    expect(stored(ports)?.bytes.length).toBe(total)
    expect(ports.world.uploads).toMatchObject({ started: parts.length > 1 ? 1 : 0, open: new Map() })
    const expected = []
    for await (const chunk of stream(total, 3 * MIB)) expected.push(chunk)
    expect(Buffer.concat(expected).equals(stored(ports)!.bytes)).toBe(true)
  })
  it('sends one request for a small stream', async () => {
    const ports = memoryPorts()
    await storeStream('key', stream(100, 10), ports)
    expect(ports.world.calls.map(({ port, method }) => `${port}.${method}`)).toEqual(['objects.put'])
  })
  it.each([100, 20 * MIB])(
    'keeps the existing object, and no parts, with the condition absent (%i bytes)',
    async (total) => {
      const ports = memoryPorts()
      await storeStream('key', stream(3, 1), ports, { absent: true })
      expect(await storeStream('key', stream(total, 3 * MIB), ports, { absent: true })).toBeUndefined()
      expect(stored(ports)?.bytes.length).toBe(3)
      expect(ports.world.uploads.open.size).toBe(0)
    },
  )
  it.each([1, 9 * MIB, 18 * MIB])('leaves nothing when the stream fails at byte %i', async (breaksAt) => {
    const ports = memoryPorts()
    await expect(storeStream('key', stream(20 * MIB, 3 * MIB, breaksAt), ports)).rejects.toThrow('broken')
    expect(stored(ports)).toBeUndefined()
    expect(ports.world.uploads.open.size).toBe(0)
  })
  it('leaves nothing when a part cannot be stored, and throws the cause', async () => {
    const ports = memoryPorts()
    ports.world.fault = ({ method }) => (method === 'part' ? new Error('no space') : undefined)
    await expect(storeStream('key', stream(20 * MIB, MIB), ports)).rejects.toThrow('no space')
    expect(stored(ports)).toBeUndefined()
    expect(ports.world.uploads.open.size).toBe(0)
  })
  it.each([{ absent: true } as const, { etag: '"other"' }])(
    'treats a completion whose response was lost as a failed condition: %j',
    async (condition) => {
      const ports = memoryPorts()
      const over = new AppError('wrong-state', 'The upload has ended.')
      ports.world.fault = ({ method }) => (method === 'complete' ? { after: over } : undefined)
      if ('etag' in condition) ports.world.stored.set('s3://work/key', { ...memoryObject('old'), etag: condition.etag })
      expect(await storeStream('key', stream(20 * MIB, MIB), ports, condition)).toBeUndefined()
      expect(stored(ports)?.bytes.length).toBe(20 * MIB)
    },
  )
  it('throws when the upload has ended and the object does not exist', async () => {
    const ports = memoryPorts()
    const over = new AppError('wrong-state', 'The upload has ended.')
    ports.world.fault = ({ method }) => (method === 'complete' ? over : undefined)
    await expect(storeStream('key', stream(20 * MIB, MIB), ports, { absent: true })).rejects.toBe(over)
  })
  it.each([
    ['although the object still has the expected version', new AppError('wrong-state', 'The upload has ended.')],
    ['with another error, although the object was replaced', new AppError('upstream-failed', 'S3 does not answer.')],
  ])('throws when the completion fails %s', async (_, error) => {
    const ports = memoryPorts()
    const etag = error.code === 'wrong-state' ? '"expected"' : '"replaced"'
    ports.world.stored.set('s3://work/key', { ...memoryObject('old'), etag })
    ports.world.fault = ({ method }) => (method === 'complete' ? error : undefined)
    const storing = storeStream('key', stream(20 * MIB, MIB), ports, { etag: '"expected"' })
    await expect(storing).rejects.toBe(error)
  })
})
