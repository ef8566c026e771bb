import { RECORD_BYTES } from '../../box-index/records.ts'

const MIN_BYTES = 1 << 10

/** A growable buffer of index records. */
export interface GrowingRecords {
  /** Only its first `length` records are valid. */
  readonly bytes: Buffer
  readonly length: number
  append(records: Uint8Array): void
}

export function growingRecords(): GrowingRecords {
  let bytes = Buffer.alloc(MIN_BYTES)
  let used = 0
  return {
    get bytes() {
      return bytes
    },
    get length() {
      return used / RECORD_BYTES
    },
    append: (records) => {
      if (used + records.length > bytes.length) {
        const larger = Buffer.alloc(Math.max(2 * bytes.length, used + records.length))
        bytes.copy(larger, 0, 0, used)
        bytes = larger
      }
      bytes.set(records, used)
      used += records.length
    },
  }
}
