import { describe, expect, it } from '@jest/globals'
import { AppError } from '../../../shared/contracts/errors.ts'
import { storeStream } from '../../../shared/platform/storage/multipart.ts'
import { memoryPorts } from '../../support/world/ports.ts'
import { memoryObject } from '../../support/world/world.ts'

const MIB = 1 << 20

/** So many bytes, each telling its place, cut into chunks. */
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
    ['a little', 100, [100]],
    ['exactly a part', 5 * MIB, [5 * MIB]],
    ['a byte more than a part', 5 * MIB + 1, [5 * MIB, 1]],
    ['exactly two parts', 10 * MIB, [5 * MIB, 5 * MIB]],
  ])('stores %s', async (_, total, parts) => {
    const ports = memoryPorts()
    expect(await storeStream('key', stream(total, 3 * MIB), ports)).toBe(true)
    expect(stored(ports)?.bytes.length).toBe(total)
    expect(ports.world.uploads).toMatchObject({ started: parts.length > 1 ? 1 : 0, open: new Map() })
    const expected = []
    for await (const chunk of stream(total, 3 * MIB)) expected.push(chunk)
    expect(Buffer.concat(expected).equals(stored(ports)!.bytes)).toBe(true)
  })
  it('is one request when it is small', async () => {
    const ports = memoryPorts()
    await storeStream('key', stream(100, 10), ports)
    expect(ports.world.calls.map(({ port, method }) => `${port}.${method}`)).toEqual(['objects.put'])
  })
  it.each([100, 20 * MIB])(
    'leaves what stands, and no part, when it is to replace nothing (%i bytes)',
    async (total) => {
      const ports = memoryPorts()
      await storeStream('key', stream(3, 1), ports, { absent: true })
      expect(await storeStream('key', stream(total, 3 * MIB), ports, { absent: true })).toBe(false)
      expect(stored(ports)?.bytes.length).toBe(3)
      expect(ports.world.uploads.open.size).toBe(0)
    },
  )
  it.each([1, 9 * MIB, 18 * MIB])('leaves nothing when the stream breaks at byte %i', async (breaksAt) => {
    const ports = memoryPorts()
    await expect(storeStream('key', stream(20 * MIB, 3 * MIB, breaksAt), ports)).rejects.toThrow('broken')
    expect(stored(ports)).toBeUndefined()
    expect(ports.world.uploads.open.size).toBe(0)
  })
  it('leaves nothing when a part cannot be stored, and says why', async () => {
    const ports = memoryPorts()
    ports.world.fault = ({ method }) => (method === 'part' ? new Error('no space') : undefined)
    await expect(storeStream('key', stream(20 * MIB, MIB), ports)).rejects.toThrow('no space')
    expect(stored(ports)).toBeUndefined()
    expect(ports.world.uploads.open.size).toBe(0)
  })
  it.each([{ absent: true } as const, { etag: '"other"' }])(
    'takes a join that was done and not told of as a condition that no longer holds: %j',
    async (condition) => {
      const ports = memoryPorts()
      const over = new AppError('wrong-state', 'The upload is over.')
      ports.world.fault = ({ method }) => (method === 'complete' ? { after: over } : undefined)
      if ('etag' in condition) ports.world.stored.set('s3://work/key', { ...memoryObject('old'), etag: condition.etag })
      expect(await storeStream('key', stream(20 * MIB, MIB), ports, condition)).toBe(false)
      expect(stored(ports)?.bytes.length).toBe(20 * MIB)
    },
  )
  it('fails when the upload is over and nothing stands there', async () => {
    const ports = memoryPorts()
    const over = new AppError('wrong-state', 'The upload is over.')
    ports.world.fault = ({ method }) => (method === 'complete' ? over : undefined)
    await expect(storeStream('key', stream(20 * MIB, MIB), ports, { absent: true })).rejects.toBe(over)
  })
})
