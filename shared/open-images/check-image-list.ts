import type { RowIssue } from './check-rows.ts'
import type { ListColumns } from './image-list-header.ts'
import { fieldText, type ListRow } from './image-list-row.ts'
import { LISTED_WORDS, packListed } from './listed-images.ts'
import type { PackedImages } from './packed-images.ts'
import { listWalker } from './walk-image-list.ts'

/** Result of a walk over rows of an image list. */
export interface ListCount {
  /** Lines walked, with those within quoted fields. */
  readonly lines: number
  readonly rows: number
  /** The rows, sorted by image id. */
  readonly packed: PackedImages
  readonly issue: RowIssue | undefined
}

const MIN_WORDS = 1 << 12
const HASH_BASIS = 0x811c9dc5
const HASH_PRIME = 0x01000193
/** Published as `0.0`, `90.0` and so on; pandas writes `nan` for an empty one. */
const DEGREES = /^(-?\d+(\.\d*)?|nan)?$/i

/**
 * Checks and counts the rows of an image list: form, number of columns, UTF-8, image ids, and rotations. Stops at the
 * first invalid row. Holds 20 bytes per row.
 * @param from offset of the first row
 */
export function listChecker(columns: ListColumns, from: number) {
  let words = new Uint32Array(MIN_WORDS)
  let length = 0
  let issue: RowIssue | undefined
  const license = columns.facts.get('license')
  const rotation = columns.facts.get('rotation')
  const factColumns = [...columns.facts.values()]

  const push = (word: number): void => {
    if (length === words.length) {
      const larger = new Uint32Array(words.length * 2)
      larger.set(words)
      words = larger
    }
    words[length++] = word
  }
  const walker = listWalker(columns, {
    row: (bytes, row, { byte, line }) => {
      const degrees = rotation === undefined ? '' : fieldText(bytes, row, rotation)
      if (!DEGREES.test(degrees))
        return `Rotation must be a number of degrees or empty, not ${JSON.stringify(degrees.slice(0, 40))}`
      const hasLicense = license !== undefined && fieldText(bytes, row, license) !== ''
      push(row.high)
      push(row.low)
      push(hashFacts(bytes, row, factColumns))
      push(byte - from)
      push(line * 2 + (hasLicense ? 1 : 0))
      return undefined
    },
    issue: (message, { byte, line }) => {
      issue = { line, byte, message }
      return false
    },
  })
  const count = (to: number): ListCount => {
    const lines = walker.end(to)
    const filled = words.subarray(0, length)
    return { lines, rows: length / LISTED_WORDS, packed: packListed(filled), issue }
  }
  return { walk: walker.walk, count }
}

/** 32-bit FNV-1a of the fields that are read, to find rows of one image that differ. */
function hashFacts(bytes: Buffer, { starts, ends }: ListRow, columns: readonly number[]): number {
  let value = HASH_BASIS
  for (const column of columns) {
    const end = ends[column] ?? 0
    for (let at = starts[column] ?? 0; at < end; at++) value = Math.imul(value ^ (bytes[at] ?? 0), HASH_PRIME)
    value = Math.imul(value ^ 0xff, HASH_PRIME)
  }
  return value >>> 0
}
