import { AppError } from '../../contracts/errors.ts'
import { invalidCursor } from '../../contracts/page.ts'
import type { Ports } from '../../platform/ports.ts'
import type { Mark } from './position.ts'

const LF = 0x0a

/** One call reads no more: one that looks for what is rare ends in time, and goes on by its cursor. */
const MOST_READ_BYTES = 8 << 20

/** A page of a hundred lines is about so large; who reads on gets twice as much each time. */
const FIRST_BYTES = 256 << 10
const MOST_BYTES = 2 << 20

/** Bytes of a stored file, in order. */
export interface Piece {
  readonly bytes: Uint8Array
  /** Of the whole file. */
  readonly size: number
  readonly etag: string
}

/**
 * A stored file as far as one call reads, from a mark on, or from its start: all of one version. Holds one piece.
 * @throws AppError `not-found`; `source-changed` when it was replaced; `invalid-request` for a mark where nothing begins
 */
export async function* piecesFrom(
  key: string,
  mark: Mark | undefined,
  ports: Pick<Ports, 'objects'>,
): AsyncGenerator<Piece> {
  // The byte before shows whether a line begins at the mark.
  let unchecked = mark && 1
  for await (const piece of storedPieces(key, mark ? mark.position.byte - 1 : 0, mark?.etag, ports)) {
    const bytes = piece.bytes.subarray(unchecked)
    if (unchecked && (bytes.length === 0 || (piece.bytes[0] === LF) === mark?.position.isWithin)) throw invalidCursor()
    unchecked = undefined
    yield { ...piece, bytes }
  }
}

async function* storedPieces(
  key: string,
  from: number,
  etag: string | undefined,
  { objects }: Pick<Ports, 'objects'>,
): AsyncGenerator<Piece> {
  const end = from + MOST_READ_BYTES
  let version = etag
  let wanted = FIRST_BYTES
  for (let at = from; at < end; ) {
    const stored = await objects.get(key, { start: at, end: Math.min(at + wanted, end) })
    if (!stored) throw new AppError('not-found', `There is no manifest at ${key}.`)
    version ??= stored.etag
    if (stored.etag !== version) throw writtenAnew(key)
    at += stored.bytes.length
    yield stored
    if (at >= stored.size) return
    wanted = Math.min(wanted * 2, MOST_BYTES)
  }
}

const writtenAnew = (key: string): AppError =>
  new AppError('source-changed', `${key} was written anew since the first page; begin again without a cursor.`)
