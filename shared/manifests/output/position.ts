import { fromCursor, invalidCursor, toCursor } from '../../contracts/page.ts'

/** A position in a file of lines. */
export interface Position {
  /** The next byte to read. */
  readonly byte: number
  /** Number of the line of that byte, from 1. */
  readonly line: number
  /** Whether the position is inside a line that is too long, which was returned already. */
  readonly isInsideLine: boolean
}

export const FIRST_POSITION: Position = { byte: 0, line: 1, isInsideLine: false }

/** A position in one version of a file. */
export interface Mark {
  readonly position: Position
  readonly etag: string
}

const MARK_PATTERN = /^([1-9]\d{0,14})([+:])([1-9]\d{0,14}):(.{1,200})$/s

/** Returns the cursor of a page that begins at a position. Pure. */
export const formatCursor = ({ byte, line, isInsideLine }: Position, etag: string): string =>
  toCursor(`${byte}${isInsideLine ? '+' : ':'}${line}:${etag}`)

/**
 * Parses the cursor of a page; undefined for the first page. Pure.
 * @throws AppError `invalid-request` for a cursor that {@link formatCursor} does not return
 */
export function parseCursor(cursor: string | undefined): Mark | undefined {
  const text = fromCursor(cursor)
  if (text === undefined) return undefined
  const [, byte, separator, line, etag] = MARK_PATTERN.exec(text) ?? []
  const position = { byte: Number(byte), line: Number(line), isInsideLine: separator === '+' }
  // Each earlier line has at least a line feed.
  if (etag === undefined || position.line > position.byte + 1) throw invalidCursor()
  return { position, etag }
}
