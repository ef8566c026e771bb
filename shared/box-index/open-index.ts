import { AppError } from '../contracts/errors.ts'
import type { ByteSource } from '../platform/storage/byte-source.ts'
import { type CsvVersion, countHeadBytes, decodeHead } from './head.ts'
import type { DirectoryEntry } from './pages.ts'
import { UnusableIndexError } from './unusable-index-error.ts'

/** Enough for the head of a dataset with about 900 classes; a larger head takes a second read. */
const FIRST_READ_BYTES = 32 << 10

/** An index that matches its box CSV. */
export interface BoxIndex {
  /** Lists by class id. Classes without images have no list. */
  readonly lists: ReadonlyMap<string, DirectoryEntry>
  /** The index file. A read throws UnusableIndexError when the file was replaced. */
  readonly source: ByteSource
}

/**
 * Opens an index and reads its head, with one request, or two if there are very many classes.
 * @param open opens the version of the file that was recorded
 * @param csv the box CSV that the index must have been built from
 * @throws UnusableIndexError when it is missing, corrupt, of another format version, or built from another file
 */
export async function openIndex(open: () => Promise<ByteSource>, csv: CsvVersion): Promise<BoxIndex> {
  const source = await toUnusable(open)
  const { size } = source
  const read = (start: number, end: number): Promise<Uint8Array> => toUnusable(() => source.read(start, end))
  const first = Buffer.from(await read(0, Math.min(FIRST_READ_BYTES, size)))
  const headBytes = countHeadBytes(first, size)
  const rest = headBytes > first.length ? await read(first.length, headBytes) : new Uint8Array(0)
  const { csv: builtFrom, lists } = decodeHead(Buffer.concat([first.subarray(0, headBytes), rest]))
  if (builtFrom.etag !== csv.etag || builtFrom.bytes !== csv.bytes)
    throw new UnusableIndexError('it was built from another version of the box file')
  return { lists, source: { ...source, read } }
}

async function toUnusable<Result>(read: () => Promise<Result>): Promise<Result> {
  try {
    return await read()
  } catch (error) {
    if (!(error instanceof AppError)) throw error
    if (error.code === 'source-changed') throw new UnusableIndexError('it was replaced')
    if (error.code === 'bad-source') throw new UnusableIndexError('it is missing, or access is denied')
    throw error
  }
}
