import { describe, expect, it } from '@jest/globals'
import fc from 'fast-check'
import type { ByteSource } from '../../../shared/platform/storage/byte-source.ts'
import { readAhead } from '../../../shared/platform/storage/read-ahead.ts'
import { collect } from '../../support/collect.ts'
import { memorySource } from '../../support/world/byte-source.ts'

const TEXT = 'the quick brown fox jumps over the lazy dog'

/** A source whose reads are pending until the test answers them. */
function heldSource() {
  const requests: { start: number; answer: () => void; fail: (error: Error) => void }[] = []
  const source: ByteSource = {
    size: 60,
    etag: '"held"',
    read: (start, end) => {
      const { promise, resolve, reject } = Promise.withResolvers<Uint8Array>()
      requests.push({ start, answer: () => resolve(new Uint8Array(end - start).fill(start)), fail: reject })
      return promise
    },
  }
  return { source, requests, starts: () => requests.map(({ start }) => start) }
}

describe('readAhead', () => {
  it('yields the bytes in order for any range size', async () => {
    await fc.assert(
      fc.asyncProperty(
        fc.integer({ min: 1, max: 60 }),
        fc.integer({ min: 1, max: 6 }),
        fc.nat(TEXT.length),
        fc.nat(TEXT.length),
        async (rangeBytes, inFlight, one, other) => {
          const [from, to] = [Math.min(one, other), Math.max(one, other)]
          const chunks = await collect(readAhead(memorySource(TEXT), { from, to, rangeBytes, inFlight }))
          expect(Buffer.concat(chunks).toString()).toBe(TEXT.slice(from, to))
        },
      ),
    )
  })
  it('requests several ranges concurrently and yields them in order, whatever the order of responses', async () => {
    const { source, requests, starts } = heldSource()
    const reader = readAhead(source, { rangeBytes: 10, inFlight: 3 })
    const first = reader.next()
    expect(starts()).toEqual([0, 10, 20])
    for (const { answer } of requests.toReversed()) answer()
    expect((await first).value).toEqual(new Uint8Array(10).fill(0))
    expect((await reader.next()).value).toEqual(new Uint8Array(10).fill(10))
    expect(starts()).toEqual([0, 10, 20, 30])
  })
  it.each([1, 2, 4])('wastes at most %i - 1 requests when the reader stops', async (inFlight) => {
    const source = memorySource(TEXT)
    for await (const _ of readAhead(source, { rangeBytes: 5, inFlight })) break
    expect(source.reads.length - 1).toBe(inFlight - 1)
  })
  it('ends only with its last request when the reader stops', async () => {
    const { source, requests } = heldSource()
    const reader = readAhead(source, { rangeBytes: 10, inFlight: 3 })
    const first = reader.next()
    requests[0]?.answer()
    await first
    let hasEnded = false
    const ending = reader.return(undefined).then(() => {
      hasEnded = true
    })
    requests[1]?.answer()
    await new Promise(setImmediate)
    expect(hasEnded).toBe(false)
    requests[2]?.fail(new Error('broken'))
    await ending
  })
  it('throws a failure in order, after the preceding ranges', async () => {
    const { source, requests } = heldSource()
    const reader = readAhead(source, { rangeBytes: 10, inFlight: 3 })
    const first = reader.next()
    requests[1]?.fail(new Error('broken'))
    await new Promise(setImmediate)
    for (const at of [0, 2]) requests[at]?.answer()
    expect((await first).value).toEqual(new Uint8Array(10).fill(0))
    const second = reader.next()
    requests[3]?.answer()
    await expect(second).rejects.toThrow('broken')
  })
  it('reads nothing for an empty range', async () => {
    const source = memorySource(TEXT)
    expect(await collect(readAhead(source, { from: 7, to: 7 }))).toEqual([])
    expect(source.reads).toEqual([])
  })
})
