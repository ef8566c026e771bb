import { describe, expect, it } from '@jest/globals'
import fc from 'fast-check'
import { joinLists } from '../../shared/box-index/join-lists.ts'
import { encodeSliceLists } from '../../shared/box-index/slice-lists.ts'
import { runBuilder } from '../../shared/open-images/image-runs.ts'
import { buildIndex, ETAG } from '../support/fixtures/built-index.ts'
import { manyImages } from '../support/fixtures/many-images.ts'

describe('joinLists', () => {
  it('yields the same bytes however the rows are sliced and for every group size', async () => {
    const csv = manyImages(400, 7)
    const whole = await buildIndex(csv)
    const slicing = fc.record({
      cuts: fc.array(fc.nat(csv.length), { maxLength: 6 }),
      groupBytes: fc.integer({ min: 1, max: 20_000 }),
    })
    await fc.assert(
      fc.asyncProperty(slicing, async ({ cuts, groupBytes }) => {
        expect((await buildIndex(csv, cuts, ETAG, groupBytes)).equals(whole)).toBe(true)
      }),
      { numRuns: 40 },
    )
  })

  it('reads each slice once per group of records', async () => {
    const counts = new Map([['/m/0a', { images: 100, boxes: 100 }]])
    const reads: number[][] = []
    const slice = {
      counts,
      read: async (start: number, end: number) => {
        reads.push([start, end])
        return new Uint8Array(end - start)
      },
    }
    for await (const _ of joinLists({ etag: ETAG, bytes: 1 }, [slice, slice, slice], 3200));
    expect(reads).toEqual([
      [0, 1600],
      [0, 1600],
      [0, 1600],
    ])
  })

  it('throws when a slice is shorter than its receipt says', async () => {
    const counts = new Map([['/m/0a', { images: 2, boxes: 2 }]])
    const joined = joinLists({ etag: ETAG, bytes: 1 }, [{ counts, read: async () => new Uint8Array(16) }])
    await expect(async () => {
      for await (const _ of joined);
    }).rejects.toThrow(/slice 0 .*byte 32/)
  })
})

describe('encodeSliceLists', () => {
  const encodeOneImage = (start: number, end: number) => {
    const builder = runBuilder()
    builder.open(1, 2, start)
    builder.add(0)
    return encodeSliceLists(builder.runs(end), ['/m/0a'])
  }
  it('accepts an image with nearly 16 MiB of rows, anywhere in the first TiB', () => {
    const start = 2 ** 40 - 2 ** 24 + 1
    const lists = encodeOneImage(start, 2 ** 40)!
    expect(Buffer.from(lists).toString('hex')).toBe('0000000100000002ffff000001ffffff')
  })
  it.each([
    ['an image with more rows', 0, 2 ** 24],
    ['rows after the first TiB', 2 ** 40 - 10, 2 ** 40 + 1],
  ])('returns undefined for %s', (_, start, end) => {
    expect(encodeOneImage(start, end)).toBeUndefined()
  })
})
