import { describe, expect, it } from '@jest/globals'
import { parseHeader } from '../../../shared/open-images/header.ts'
import type { ByteSource } from '../../../shared/platform/storage/byte-source.ts'
import { readBoxes } from '../../../shared/selection/engine/image-rows.ts'

const COLUMNS = parseHeader('ImageID,LabelName,XMin,XMax,YMin,YMax')
const CRITERIA = { classes: [{ className: 'Cat', classIds: ['/m/01yrx'] }], excludeFlags: [] }
const GAP = 10 << 20

const imageId = (number: number): string => number.toString(16).padStart(16, '0')

/** A file in which one image's rows lie at every tenth MiB; it notes how much was under way at the same time. */
function sparseFile() {
  const most = { requests: 0, bytes: 0 }
  const underWay = { requests: 0, bytes: 0 }
  const source: ByteSource = {
    size: Number.MAX_SAFE_INTEGER,
    etag: '"sparse"',
    read: async (start, end) => {
      underWay.requests += 1
      underWay.bytes += end - start
      most.requests = Math.max(most.requests, underWay.requests)
      most.bytes = Math.max(most.bytes, underWay.bytes)
      await new Promise((resolve) => setImmediate(resolve))
      underWay.requests -= 1
      underWay.bytes -= end - start
      return Buffer.from(`${imageId(start / GAP)},/m/01yrx,0,1,0,1\n`.padEnd(end - start, '\n').slice(0, 4096))
    },
  }
  return { source, most }
}

const imagesOf = (count: number, bytes: number) =>
  Array.from({ length: count }, (_, number) => ({
    imageId: imageId(number),
    ranges: [{ start: number * GAP, end: number * GAP + bytes }],
  }))

describe('reading the rows of scattered images', () => {
  it('waits for many small reads at the same time, and finds the boxes of each image', async () => {
    const { source, most } = sparseFile()
    const boxes = await readBoxes(source, COLUMNS, CRITERIA, imagesOf(200, 500))
    expect([...boxes.values()].map((own) => own.length)).toEqual(Array(200).fill(1))
    expect(most.requests).toBe(32)
  })
  it('holds no more than 8 MiB of large ones', async () => {
    const { source, most } = sparseFile()
    await readBoxes(source, COLUMNS, CRITERIA, imagesOf(20, 3 << 20))
    expect(most).toEqual({ requests: 2, bytes: 6 << 20 })
  })
})
