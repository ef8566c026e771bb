import { fromCursor, invalidCursor, toCursor } from '../../contracts/page.ts'

/** How far a file of lines was read. */
export interface Position {
  /** The first byte that was not read yet. */
  readonly byte: number
  /** The number of the line that it lies in, from 1. */
  readonly line: number
  /** Whether it lies in the midst of its line, which was told already: one that is too long to be held. */
  readonly isWithin: boolean
}

export const FIRST_POSITION: Position = { byte: 0, line: 1, isWithin: false }

/** A position in one version of a file. */
export interface Mark {
  readonly position: Position
  readonly etag: string
}

const MARK = /^([1-9]\d{0,14})([+:])([1-9]\d{0,14}):(.{1,200})$/s

/** The cursor of a page that begins there. */
export const toCursorText = ({ byte, line, isWithin }: Position, etag: string): string =>
  toCursor(`${byte}${isWithin ? '+' : ':'}${line}:${etag}`)

/** Where a page begins; undefined for the first. @throws AppError `invalid-request` for what `cursorOf` never gives */
export function toMark(cursor: string | undefined): Mark | undefined {
  const text = fromCursor(cursor)
  if (text === undefined) return undefined
  const [, byte, within, line, etag] = MARK.exec(text) ?? []
  const position = { byte: Number(byte), line: Number(line), isWithin: within === '+' }
  // Each line before it has a line feed at least.
  if (etag === undefined || position.line > position.byte + 1) throw invalidCursor()
  return { position, etag }
}
