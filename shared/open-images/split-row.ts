const LF = 0x0a
const CR = 0x0d
const COMMA = 0x2c

/** Where the fields of a row lie in its bytes: field `column` is [starts[column], starts[column + 1] - 1). */
export interface RowFields {
  /** How many there are; `starts` holds no more of them than it has room for. */
  count: number
  readonly starts: Int32Array
  /** Where the last one ends. */
  end: number
  /** Where the next row begins. */
  next: number
}

/** Room for the fields of rows of so many columns, to be filled by `splitRow` for one row after another. */
export const rowFields = (columns: number): RowFields => ({
  count: 0,
  starts: new Int32Array(columns + 1),
  end: 0,
  next: 0,
})

/** Notes where each field of a row begins. A row ends at LF or CRLF, or where the bytes end. */
export function splitRow(bytes: Uint8Array, row: number, fields: RowFields): void {
  const { length } = bytes
  const { starts } = fields
  let count = 1
  let at = row
  starts[0] = row
  for (; at < length; at++) {
    const byte = bytes[at]
    if (byte === LF) break
    // An array of numbers drops what is written beyond its end.
    if (byte === COMMA) starts[count++] = at + 1
  }
  const end = at > row && bytes[at - 1] === CR ? at - 1 : at
  starts[count] = end + 1
  fields.count = count
  fields.end = end
  fields.next = Math.min(at + 1, length)
}
