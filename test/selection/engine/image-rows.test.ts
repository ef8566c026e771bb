import { describe, expect, it } from '@jest/globals'
import { parseHeader } from '../../../shared/open-images/header.ts'
import type { ByteSource } from '../../../shared/platform/storage/byte-source.ts'
import { readBoxes } from '../../../shared/selection/engine/image-rows.ts'

const COLUMNS = parseHeader('ImageID,LabelName,XMin,XMax,YMin,YMax')
const CRITERIA = { classes: [{ className: 'Cat', classIds: ['/m/01yrx'] }], excludeFlags: [] }
const GAP = 10 << 20

const imageId = (number: number): string => number.toString(16).padStart(16, '0')

/** A file with the rows of one image at every tenth MiB. Records the maximum of concurrent requests and bytes. */
function sparseFile() {
  const peak = { requests: 0, bytes: 0 }
  const pending = { requests: 0, bytes: 0 }
  const source: ByteSource = {
    size: Number.MAX_SAFE_INTEGER,
    etag: '"sparse"',
    read: async (start, end) => {
      pending.requests += 1
      pending.bytes += end - start
      peak.requests = Math.max(peak.requests, pending.requests)
      peak.bytes = Math.max(peak.bytes, pending.bytes)
      await new Promise((resolve) => setImmediate(resolve))
      pending.requests -= 1
      pending.bytes -= end - start
      return Buffer.from(`${imageId(start / GAP)},/m/01yrx,0,1,0,1\n`.padEnd(end - start, '\n').slice(0, 4096))
    },
  }
  return { source, peak }
}

const createImages = (count: number, bytes: number) =>
  Array.from({ length: count }, (_, number) => ({
    imageId: imageId(number),
    ranges: [{ start: number * GAP, end: number * GAP + bytes }],
  }))

describe('readBoxes', () => {
  it('reads 32 small ranges concurrently and returns the boxes of each image', async () => {
    const { source, peak } = sparseFile()
    const boxes = await readBoxes(source, COLUMNS, CRITERIA, createImages(200, 500))
    expect([...boxes.values()].map((own) => own.length)).toEqual(Array(200).fill(1))
    expect(peak.requests).toBe(32)
  })
  it('reads at most 8 MiB of large ranges concurrently', async () => {
    const { source, peak } = sparseFile()
    await readBoxes(source, COLUMNS, CRITERIA, createImages(20, 3 << 20))
    expect(peak).toEqual({ requests: 2, bytes: 6 << 20 })
  })
})
