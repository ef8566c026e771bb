import { readFile } from 'node:fs/promises'
import { joinLists, type StoredLists } from '../../shared/box-index/join-lists.ts'
import { encodeSliceLists } from '../../shared/box-index/slice-lists.ts'
import { sliceCuts } from '../../shared/datasets/import/import-plan.ts'
import { type RowCount, rowChecker } from '../../shared/open-images/check-rows.ts'
import { type Columns, type Header, readHeader } from '../../shared/open-images/header.ts'
import { findImageBoundary } from '../../shared/open-images/image-boundary.ts'
import type { ByteSource } from '../../shared/platform/storage/byte-source.ts'
import type { ByteRange } from '../../shared/platform/storage/coalesce.ts'
import { lineBlocks } from '../../shared/platform/storage/line-blocks.ts'
import { readAhead } from '../../shared/platform/storage/read-ahead.ts'
import { scanRows } from '../../shared/selection/engine/scan.ts'
import { TWO_CLASSES } from '../scan/classes.ts'
import { serveJobs } from '../serve-jobs.ts'

/** A job: scan for the images of two classes, check every row, or check and index them. */
export interface InMemoryJob {
  readonly path: string
  readonly way: 'scan' | 'check' | 'index'
}

const sources = new Map<string, ByteSource>()

/** Serves jobs over bytes in memory, to measure what indexing adds to the checks of an import. */
await serveJobs(async ({ path, way }: InMemoryJob) => {
  const source = sources.get(path) ?? (await memorySource(path))
  sources.set(path, source)
  const header = await readHeader(source)
  if (way === 'scan') return await scan(source, header)
  const lists: StoredLists[] = []
  let rows = 0
  for (const slice of await cutSlices(source, header)) {
    const counted = await checkSlice(source, header.columns, slice)
    rows += counted.lines
    if (way === 'index') lists.push(toLists(counted))
  }
  return { rows, ...(way === 'index' && { bytes: await joinSlices(source, lists) }) }
})

async function memorySource(path: string): Promise<ByteSource> {
  const bytes = await readFile(path)
  return { size: bytes.length, etag: '"in memory"', read: async (start, end) => bytes.subarray(start, end) }
}

async function scan(source: ByteSource, header: Header) {
  let images = 0
  const wanted = { classes: TWO_CLASSES, skipImages: [], excludeFlags: [] }
  for await (const runs of scanRows(source, header, wanted)) images += runs.length
  return { images }
}

/** Cuts slices as an import does. */
async function cutSlices(source: ByteSource, { columns, rowsFrom }: Header): Promise<ByteRange[]> {
  const cuts = sliceCuts(source.size).map((cut) => findImageBoundary(source, cut, rowsFrom, columns.imageId))
  const starts = await Promise.all(cuts)
  return starts.slice(1).map((end, number) => ({ start: starts[number] ?? 0, end }))
}

async function checkSlice(source: ByteSource, columns: Columns, { start, end }: ByteRange): Promise<RowCount> {
  const { walk, count } = rowChecker(columns)
  for await (const block of lineBlocks(readAhead(source, { from: start, to: end }), start)) if (!walk(block)) break
  const counted = count()
  if (counted.issue) throw new Error(counted.issue.message)
  return counted
}

function toLists({ runs, boxes }: RowCount): StoredLists {
  const lists = encodeSliceLists(runs, [...boxes.keys()])
  if (!lists) throw new Error('The rows cannot be listed')
  const counts = [...boxes].map(([id, own], number) => [id, { boxes: own, images: runs.images[number] ?? 0 }] as const)
  return { counts: new Map(counts), read: async (start, end) => lists.subarray(start, end) }
}

async function joinSlices({ etag, size }: ByteSource, lists: readonly StoredLists[]): Promise<number> {
  let bytes = 0
  for await (const block of joinLists({ etag, bytes: size }, lists)) bytes += block.length
  return bytes
}
