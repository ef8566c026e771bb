import { AppError } from '../../contracts/errors.ts'
import type { Ports } from '../../platform/ports.ts'
import { CorruptStateError } from '../../platform/state/corrupt-state.ts'
import type { ByteSource } from '../../platform/storage/byte-source.ts'
import { lineBlocks } from '../../platform/storage/line-blocks.ts'
import { openPinned, type PinnedFile } from '../../platform/storage/pinned-file.ts'
import type { StoredObject } from '../../platform/storage/ports.ts'
import { readAhead } from '../../platform/storage/read-ahead.ts'
import { findVersion, openStored, readRange } from '../../platform/storage/stored-file.ts'
import { countListChunks, ImageLine, imageListKey, toChunkSpan } from './image-list.ts'
import type { SelectionResult } from './state.ts'

/*
 * Every read compares the list with what the batch recorded of it: its version where the record has one, always its size
 * and the number of its lines.
 */

type Needs = Pick<Ports, 'config' | 'files' | 'objects'>

/** A line with its length in bytes. */
interface SizedLine {
  readonly image: ImageLine
  readonly size: number
}

/**
 * Yields the images of a batch in order: all, or those of the chunks from `from` to before `to`. Holds four ranges of
 * 256 KiB.
 * @throws CorruptStateError when the list is gone, was changed, or does not have as many lines as it must
 */
export async function* imageLines(
  batch: string,
  selection: SelectionResult,
  ports: Needs,
  { from = 0, to = countListChunks(selection) }: { readonly from?: number; readonly to?: number } = {},
): AsyncGenerator<SizedLine> {
  const expected = firstImage(selection, to) - firstImage(selection, from)
  if (expected === 0) return
  const key = imageListKey(batch, selection, ports)
  const source = selection.list
    ? recordedList(key, selection.list, selection, ports)
    : await openList(key, selection, ports)
  const corrupt = (reason: string) => corruptList(key, source.etag, reason)
  const [start = 0, end = 0] = [selection.chunkOffsets[from], selection.chunkOffsets[to]]
  let lines = 0
  try {
    const ranges = readAhead(source, { from: start, to: end, rangeBytes: 256 << 10, inFlight: 4 })
    for await (const { bytes } of lineBlocks(ranges, start)) {
      for (const text of splitLines(bytes)) {
        const image = parseLine(text)
        lines += 1
        if (!image) throw corrupt(`the text at line ${firstImage(selection, from) + lines} is no image`)
        if (lines > expected) break
        yield { image, size: Buffer.byteLength(text) }
      }
    }
  } catch (error) {
    if (!(error instanceof AppError)) throw error
    if (error.code === 'source-changed') throw corrupt('it was changed while it was read')
    throw error.code === 'bad-source' ? corrupt('it has a line that is too long') : error
  }
  if (lines !== expected) throw corrupt(`it has ${lines} of ${expected} lines`)
}

/**
 * Reads the images of one chunk: one range read, unless the list has another ETag than the record.
 * @throws CorruptStateError as {@link imageLines} does
 */
export async function readChunk(
  batch: string,
  selection: SelectionResult,
  chunk: number,
  ports: Needs,
): Promise<ImageLine[]> {
  const { count } = toChunkSpan(selection, chunk)
  if (count === 0) return []
  const key = imageListKey(batch, selection, ports)
  const [start = 0, end = 0] = selection.chunkOffsets.slice(chunk, chunk + 2)
  const stored = await readRange(key, { start, end }, ports)
  if (!stored) throw corruptList(key, undefined, 'it does not exist')
  const corrupt = (reason: string) => corruptList(key, stored.etag, reason)
  const bytes = isRecorded(stored, selection)
    ? stored.bytes
    : await (await openList(key, selection, ports)).read(start, end)
  const images = splitLines(bytes).map(parseLine)
  if (images.length !== count) throw corrupt(`it has ${images.length} of ${count} lines in chunk ${chunk}`)
  return images.map((image) => {
    if (image) return image
    throw corrupt(`a line of chunk ${chunk} is no image`)
  })
}

const corruptList = (key: string, etag: string | undefined, reason: string): CorruptStateError =>
  new CorruptStateError(key, etag, `the image list of a batch: ${reason}`)

const firstImage = (selection: SelectionResult, chunk: number): number =>
  Math.min(selection.imageCount, toChunkSpan(selection, chunk).first)

const isRecorded = ({ etag, size }: Pick<StoredObject, 'etag' | 'size'>, { list, chunkOffsets }: SelectionResult) =>
  size === chunkOffsets.at(-1) && (list === undefined || list.etag === etag)

/**
 * Returns the source of a list that is not opened first: each read compares what it gets with the record. Only a list of
 * another version is opened, to compare its content.
 */
function recordedList(key: string, { bytes, etag }: PinnedFile, selection: SelectionResult, ports: Needs): ByteSource {
  let opening: Promise<ByteSource> | undefined
  const read = async (start: number, end: number): Promise<Uint8Array> => {
    const stored = await readRange(key, { start, end }, ports)
    if (stored && isRecorded(stored, selection)) return stored.bytes
    opening ??= openList(key, selection, ports)
    return (await opening).read(start, end)
  }
  return { size: bytes, etag, read }
}

async function openList(key: string, selection: SelectionResult, ports: Needs): Promise<ByteSource> {
  const { list } = selection
  const source = await (list ? openPinned(key, list, ports) : openUnpinned(key, ports))
  if (source.size === selection.chunkOffsets.at(-1)) return source
  throw corruptList(key, source.etag, `it has ${source.size} bytes, not ${selection.chunkOffsets.at(-1)}`)
}

/** Opens a list of version 1, of which only the size is known. */
async function openUnpinned(key: string, ports: Needs): Promise<ByteSource> {
  try {
    return await openStored(key, ports)
  } catch (error) {
    const isGone = error instanceof AppError && error.code === 'bad-source' && !(await findVersion(key, ports))
    throw isGone ? corruptList(key, undefined, 'it does not exist') : error
  }
}

/** Splits whole lines; the last one may lack its line feed. */
const splitLines = (bytes: Uint8Array): string[] =>
  bytes.length === 0 ? [] : Buffer.from(bytes).toString('utf8').replace(/\n$/, '').split('\n')

function parseLine(text: string): ImageLine | undefined {
  try {
    return ImageLine.safeParse(JSON.parse(text)).data
  } catch {
    return undefined
  }
}
