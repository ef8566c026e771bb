import { AppError } from '../../contracts/errors.ts'
import { invalidCursor } from '../../contracts/page.ts'
import type { Ports } from '../../platform/ports.ts'
import { CorruptStateError } from '../../platform/state/corrupt-state.ts'
import { LF } from '../../platform/storage/ascii.ts'
import { readRange } from '../../platform/storage/stored-file.ts'
import type { Mark } from './position.ts'

/** One call reads at most so much, so that a search for a rare outcome ends in time. Its cursor continues it. */
export const MAX_READ_BYTES = 8 << 20

/** The first piece holds about a page of a hundred lines. Each further piece is twice as large, up to the maximum. */
const FIRST_PIECE_BYTES = 256 << 10
const MAX_PIECE_BYTES = 2 << 20

/** Bytes of a stored file, in order. */
export interface Piece {
  readonly bytes: Uint8Array
  /** Bytes of the whole file. */
  readonly size: number
  readonly etag: string
}

/**
 * Reads a stored file from a mark, or from its start, up to the limit of one call. All pieces are of one version. Holds one
 * piece.
 * @param minBytes how large the file was before, if that is known: it only grows
 * @throws AppError `not-found`; `source-changed` when the file was replaced; `invalid-request` when no line, or piece of a
 *   long line, begins at the mark; CorruptStateError when the file is smaller than it was
 */
export async function* readPieces(
  key: string,
  mark: Mark | undefined,
  minBytes: number | undefined,
  ports: Pick<Ports, 'objects'>,
): AsyncGenerator<Piece> {
  // The byte before the mark shows whether a line begins there.
  let extraBytes = mark && 1
  for await (const piece of storedPieces(key, mark ? mark.position.byte - 1 : 0, mark?.etag, ports)) {
    if (minBytes !== undefined && piece.size < minBytes)
      throw new CorruptStateError(key, piece.etag, `it has ${piece.size} bytes, and had ${minBytes} before`)
    const bytes = piece.bytes.subarray(extraBytes)
    if (extraBytes && (bytes.length === 0 || (piece.bytes[0] === LF) === mark?.position.isInsideLine))
      throw invalidCursor()
    extraBytes = undefined
    yield { ...piece, bytes }
  }
}

async function* storedPieces(
  key: string,
  from: number,
  etag: string | undefined,
  ports: Pick<Ports, 'objects'>,
): AsyncGenerator<Piece> {
  const end = from + MAX_READ_BYTES
  let version = etag
  let size = FIRST_PIECE_BYTES
  for (let at = from; at < end; ) {
    const stored = await readRange(key, { start: at, end: Math.min(at + size, end) }, ports)
    if (!stored) throw new AppError('not-found', `There is no manifest at ${key}.`)
    version ??= stored.etag
    if (stored.etag !== version) throw sourceChanged(key)
    at += stored.bytes.length
    yield stored
    if (at >= stored.size) return
    size = Math.min(size * 2, MAX_PIECE_BYTES)
  }
}

const sourceChanged = (key: string): AppError =>
  new AppError('source-changed', `${key} was replaced since the first page; start again without a cursor.`)
