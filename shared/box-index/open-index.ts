import { AppError } from '../contracts/errors.ts'
import type { ByteSource } from '../platform/storage/byte-source.ts'
import { type CsvVersion, countHeadBytes, decodeHead } from './head.ts'
import { UnusableIndexError } from './index-unusable.ts'
import type { DirectoryEntry } from './pages.ts'

/** Holds the head of a dataset with some 900 classes; a larger one takes a second read. */
const FIRST_READ_BYTES = 32 << 10

/** An index that fits its box CSV. */
export interface BoxIndex {
  /** By class id; a class without images has none. */
  readonly lists: ReadonlyMap<string, DirectoryEntry>
  /** The index itself; a read throws IndexUnusable when it was replaced. */
  readonly source: ByteSource
}

/**
 * Opens an index and reads its head: one request, two where there are very many classes.
 * @param open opens the file, in the version that was noted
 * @param csv the box CSV that it must have been made from
 * @throws IndexUnusable when it is gone, spoilt, of another version, or was made from another file
 */
export async function openIndex(open: () => Promise<ByteSource>, csv: CsvVersion): Promise<BoxIndex> {
  const source = await usable(open)
  const { size } = source
  const read = (start: number, end: number): Promise<Uint8Array> => usable(() => source.read(start, end))
  const first = Buffer.from(await read(0, Math.min(FIRST_READ_BYTES, size)))
  const headBytes = countHeadBytes(first, size)
  const rest = headBytes > first.length ? await read(first.length, headBytes) : new Uint8Array(0)
  const { csv: madeFrom, lists } = decodeHead(Buffer.concat([first.subarray(0, headBytes), rest]))
  if (madeFrom.etag !== csv.etag || madeFrom.bytes !== csv.bytes)
    throw new UnusableIndexError('it was made from another version of the box file')
  return { lists, source: { ...source, read } }
}

async function usable<Result>(work: () => Promise<Result>): Promise<Result> {
  try {
    return await work()
  } catch (error) {
    if (!(error instanceof AppError)) throw error
    if (error.code === 'source-changed') throw new UnusableIndexError('it was replaced by something else')
    if (error.code === 'bad-source') throw new UnusableIndexError('it is gone, or may not be read')
    throw error
  }
}
