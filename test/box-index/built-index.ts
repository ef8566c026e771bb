import { joinLists, type StoredLists } from '../../shared/box-index/join-lists.ts'
import { sliceLists } from '../../shared/box-index/slice-lists.ts'
import { rowChecker } from '../../shared/open-images/check-rows.ts'
import { readHeader } from '../../shared/open-images/header.ts'
import { imageBoundary } from '../../shared/open-images/image-boundary.ts'
import { lineBlocks } from '../../shared/platform/storage/line-blocks.ts'
import { readAhead } from '../../shared/platform/storage/read-ahead.ts'
import { gathered } from '../fakes/gathered.ts'
import { memorySource } from '../fakes/source.ts'

export const ETAG = '"csv"'

/** Builds the index of a box CSV as importing does, from slices that are cut anywhere. */
export async function builtIndex(
  csv: string | Uint8Array,
  cuts: readonly number[] = [],
  etag = ETAG,
  groupBytes?: number,
): Promise<Buffer> {
  const source = memorySource(csv, etag)
  const { columns, rowsFrom } = await readHeader(source)
  const inOrder = [0, ...cuts.filter((cut) => cut < source.size).toSorted((one, other) => one - other), source.size]
  const bounds = await Promise.all(inOrder.map((cut) => imageBoundary(source, cut, rowsFrom, columns.imageId)))
  const slices: StoredLists[] = []
  for (const [at, from] of bounds.slice(0, -1).entries()) {
    const { walk, count } = rowChecker(columns)
    const chunks = readAhead(source, { from, to: bounds[at + 1]! })
    for await (const block of lineBlocks(chunks, from)) if (!walk(block)) throw new Error('the rows are not right')
    const { boxes, runs } = count()
    const lists = sliceLists(runs, [...boxes.keys()])!
    const counts = new Map([...boxes].map(([id, own], number) => [id, { boxes: own, images: runs.images[number]! }]))
    slices.push({ counts, read: async (start, end) => lists.subarray(start, end) })
  }
  return Buffer.concat(await gathered(joinLists({ etag, bytes: source.size }, slices, groupBytes)))
}
