import { describe, expect, it } from '@jest/globals'
import fc from 'fast-check'
import type { ByteSource } from '../../../shared/platform/storage/byte-source.ts'
import { readAhead } from '../../../shared/platform/storage/read-ahead.ts'
import { gathered } from '../../support/world/gathered.ts'
import { memorySource } from '../../support/world/source.ts'

const TEXT = 'the quick brown fox jumps over the lazy dog'

/** A source whose reads wait until they are answered, in whatever order. */
function heldSource() {
  const asked: { start: number; answer: () => void; fail: (error: Error) => void }[] = []
  const source: ByteSource = {
    size: 60,
    etag: '"held"',
    read: (start, end) => {
      const { promise, resolve, reject } = Promise.withResolvers<Uint8Array>()
      asked.push({ start, answer: () => resolve(new Uint8Array(end - start).fill(start)), fail: reject })
      return promise
    },
  }
  return { source, asked, starts: () => asked.map(({ start }) => start) }
}

describe('readAhead', () => {
  it('gives the bytes in order, whatever the ranges', async () => {
    await fc.assert(
      fc.asyncProperty(
        fc.integer({ min: 1, max: 60 }),
        fc.integer({ min: 1, max: 6 }),
        fc.nat(TEXT.length),
        fc.nat(TEXT.length),
        async (rangeBytes, inFlight, one, other) => {
          const [from, to] = [Math.min(one, other), Math.max(one, other)]
          const chunks = await gathered(readAhead(memorySource(TEXT), { from, to, rangeBytes, inFlight }))
          expect(Buffer.concat(chunks).toString()).toBe(TEXT.slice(from, to))
        },
      ),
    )
  })
  it('asks for so many ranges at once, and gives them in turn when answers come in any order', async () => {
    const { source, asked, starts } = heldSource()
    const reader = readAhead(source, { rangeBytes: 10, inFlight: 3 })
    const first = reader.next()
    expect(starts()).toEqual([0, 10, 20])
    for (const { answer } of asked.toReversed()) answer()
    expect((await first).value).toEqual(new Uint8Array(10).fill(0))
    expect((await reader.next()).value).toEqual(new Uint8Array(10).fill(10))
    expect(starts()).toEqual([0, 10, 20, 30])
  })
  it.each([1, 2, 4])('leaves at most %i - 1 ranges unread when the reader stops', async (inFlight) => {
    const source = memorySource(TEXT)
    for await (const _ of readAhead(source, { rangeBytes: 5, inFlight })) break
    expect(source.reads.length - 1).toBe(inFlight - 1)
  })
  it('surfaces a failure in its turn, after what came before it', async () => {
    const { source, asked } = heldSource()
    const reader = readAhead(source, { rangeBytes: 10, inFlight: 3 })
    const first = reader.next()
    asked[1]?.fail(new Error('broken'))
    await new Promise(setImmediate)
    asked[0]?.answer()
    expect((await first).value).toEqual(new Uint8Array(10).fill(0))
    await expect(reader.next()).rejects.toThrow('broken')
  })
  it('reads nothing of an empty span', async () => {
    const source = memorySource(TEXT)
    expect(await gathered(readAhead(source, { from: 7, to: 7 }))).toEqual([])
    expect(source.reads).toEqual([])
  })
})
