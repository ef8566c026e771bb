import { RECORD_BYTES, readImageId, readLength, readStart } from '../../box-index/records.ts'
import { UnusableIndexError } from '../../box-index/unusable-index-error.ts'
import { minHeap } from '../../platform/min-heap.ts'
import type { CandidateList } from './candidate-list.ts'
import { type GrowingRecords, growingRecords } from './growing-records.ts'

/** The part of one class id's list that was read. */
export interface ReadList {
  /** Number of records in the whole list. */
  readonly images: number
  readonly records: GrowingRecords
}

/** The candidates of a requested class, merged from the lists of its class ids. */
export interface MergedList extends CandidateList {
  /** Merges all records whose order is known. */
  advance(): void
  /** Returns how many more records to read of each list to get about `more` candidates; 0 for a list at its end. */
  countMissing(more: number): number[]
}

/** A list, the number of its records that were merged, and the offset of the next record's rows. */
interface Cursor {
  readonly list: ReadList
  next: number
  start: number
}

/**
 * Merges lists in file order, each image once. Merging stops at a list whose read records are exhausted before its end,
 * because its next record may precede those of the other lists.
 * @throws UnusableIndexError (from `advance`) when the records of a list are not in file order
 */
export function mergedList(lists: readonly ReadList[], isSkipped: RecordTest): MergedList {
  const merged = growingRecords()
  const cursors = lists.map((list): Cursor => ({ list, next: 0, start: 0 }))
  const heap = minHeap<Cursor>((one, other) => one.start < other.start)
  const exhausted = new Set(cursors)
  const total = lists.reduce((sum, { images }) => sum + images, 0)
  let last = -1

  /** Puts exhausted lists back on the heap. Returns false if one of them needs more records. */
  const refill = (): boolean => {
    for (const cursor of exhausted) {
      const { list, next } = cursor
      if (next < list.images) {
        if (next >= list.records.length) return false
        cursor.start = readStart(list.records.bytes, next * RECORD_BYTES)
        heap.push(cursor)
      }
      exhausted.delete(cursor)
    }
    return true
  }
  /** Merges the next record. */
  const mergeNext = (cursor: Cursor): void => {
    const { bytes, length } = cursor.list.records
    const at = cursor.next * RECORD_BYTES
    if (cursor.start !== last && !isSkipped(bytes, at)) merged.append(bytes.subarray(at, at + RECORD_BYTES))
    last = cursor.start
    cursor.next += 1
    if (cursor.next < length) {
      cursor.start = readStart(bytes, at + RECORD_BYTES)
      if (cursor.start <= last) throw new UnusableIndexError('its records are not in file order')
      heap.siftDown()
    } else {
      heap.pop()
      exhausted.add(cursor)
    }
  }

  return {
    get length() {
      return merged.length
    },
    startAt: (position) => readStart(merged.bytes, position * RECORD_BYTES),
    at: (position) => {
      const at = position * RECORD_BYTES
      const start = readStart(merged.bytes, at)
      return { imageId: readImageId(merged.bytes, at), start, end: start + readLength(merged.bytes, at) }
    },
    advance: () => {
      while (refill() && heap.first) mergeNext(heap.first)
    },
    countMissing: (more) =>
      cursors.map(({ list, next }) => {
        const expected = Math.ceil((more * list.images) / total)
        return Math.min(list.images - list.records.length, Math.max(0, expected - (list.records.length - next)))
      }),
  }
}

/** Tests the record at byte `at`. */
export type RecordTest = (records: Buffer, at: number) => boolean

/** Returns a test for records of these images. Few match, so the whole id is compared only if its first half matches. */
export function matchesAny(imageIds: readonly string[]): RecordTest {
  const ids = new Set(imageIds)
  const halves = new Set(imageIds.map((id) => Number.parseInt(id.slice(0, 8), 16)))
  return (records, at) => halves.has(records.readUInt32BE(at)) && ids.has(readImageId(records, at))
}
