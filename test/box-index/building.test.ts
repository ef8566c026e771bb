import { describe, expect, it } from '@jest/globals'
import fc from 'fast-check'
import { joinLists } from '../../shared/box-index/join-lists.ts'
import { sliceLists } from '../../shared/box-index/slice-lists.ts'
import { runGatherer } from '../../shared/open-images/image-runs.ts'
import { builtIndex, ETAG } from '../support/fixtures/built-index.ts'
import { manyImages } from '../support/fixtures/many-images.ts'

describe('joining the lists of slices', () => {
  it('makes the same bytes however the rows are sliced, and however many records are held at once', async () => {
    const csv = manyImages(400, 7)
    const whole = await builtIndex(csv)
    const slicing = fc.record({
      cuts: fc.array(fc.nat(csv.length), { maxLength: 6 }),
      groupBytes: fc.integer({ min: 1, max: 20_000 }),
    })
    await fc.assert(
      fc.asyncProperty(slicing, async ({ cuts, groupBytes }) => {
        expect((await builtIndex(csv, cuts, ETAG, groupBytes)).equals(whole)).toBe(true)
      }),
      { numRuns: 40 },
    )
  })

  it('reads each slice once for each group of records', async () => {
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

  it('fails when a slice holds less than its receipt says', async () => {
    const counts = new Map([['/m/0a', { images: 2, boxes: 2 }]])
    const joined = joinLists({ etag: ETAG, bytes: 1 }, [{ counts, read: async () => new Uint8Array(16) }])
    await expect(async () => {
      for await (const _ of joined);
    }).rejects.toThrow('the lists of slice 0 end before byte 32')
  })
})

describe('listing a slice', () => {
  const ofOneImage = (start: number, end: number) => {
    const gatherer = runGatherer()
    gatherer.open(1, 2, start)
    gatherer.add(0)
    return sliceLists(gatherer.runs(end), ['/m/0a'])
  }
  it('takes an image of nearly 16 MiB of rows, anywhere in the first TiB', () => {
    const start = 2 ** 40 - 2 ** 24 + 1
    const lists = ofOneImage(start, 2 ** 40)!
    expect(Buffer.from(lists).toString('hex')).toBe('0000000100000002ffff000001ffffff')
  })
  it.each([
    ['an image with more rows', 0, 2 ** 24],
    ['rows behind it', 2 ** 40 - 10, 2 ** 40 + 1],
  ])('gives up at %s', (_, start, end) => {
    expect(ofOneImage(start, end)).toBeUndefined()
  })
})
