import { UnusableIndexError } from '../../box-index/index-unusable.ts'
import { RECORD_BYTES, readImageId, readLength, readStart } from '../../box-index/records.ts'
import { minHeap } from '../../platform/min-heap.ts'
import type { CandidateList } from './candidate-list.ts'
import { type GrowingRecords, growingRecords } from './growing-records.ts'

/** The list of one class id, as far as it was read. */
export interface ReadList {
  /** Records in the whole list. */
  readonly images: number
  readonly records: GrowingRecords
}

/** The candidates of a requested class: those of all its class ids, each once, as far as these were read. */
export interface MergedList extends CandidateList {
  /** Takes in all that can be put in order now. */
  advance(): void
  /** How many more records to read of each list, in the order given, so that about `more` candidates come; 0 at its end. */
  wanted(more: number): number[]
}

/** A list, how many of its records were merged, and where the rows of the next one begin. */
interface Cursor {
  readonly list: ReadList
  next: number
  start: number
}

/**
 * Merges lists in file order; an image that several of them have is taken once. One that was not read to its end holds
 * the others up when all that was read of it is merged: what it has next may come before what they have.
 */
export function mergedList(lists: readonly ReadList[], isSkipped: RecordTest): MergedList {
  const merged = growingRecords()
  const cursors = lists.map((list): Cursor => ({ list, next: 0, start: 0 }))
  const heap = minHeap<Cursor>((one, other) => one.start < other.start)
  const dry = new Set(cursors)
  const all = lists.reduce((sum, { images }) => sum + images, 0)
  let last = -1

  /** Whether all dry lists have records again, or have ended. */
  const refill = (): boolean => {
    for (const cursor of dry) {
      const { list, next } = cursor
      if (next < list.images) {
        if (next >= list.records.length) return false
        cursor.start = readStart(list.records.bytes, next * RECORD_BYTES)
        heap.push(cursor)
      }
      dry.delete(cursor)
    }
    return true
  }
  /** Merges the first record of all. */
  const take = (cursor: Cursor): void => {
    const { bytes, length } = cursor.list.records
    const at = cursor.next * RECORD_BYTES
    if (cursor.start !== last && !isSkipped(bytes, at)) merged.append(bytes.subarray(at, at + RECORD_BYTES))
    last = cursor.start
    cursor.next += 1
    if (cursor.next < length) {
      cursor.start = readStart(bytes, at + RECORD_BYTES)
      if (cursor.start <= last) throw new UnusableIndexError('its records are not in the order of the file')
      heap.siftDown()
    } else {
      heap.pop()
      dry.add(cursor)
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
      while (refill() && heap.first) take(heap.first)
    },
    wanted: (more) =>
      cursors.map(({ list, next }) => {
        const expected = Math.ceil((more * list.images) / all)
        return Math.min(list.images - list.records.length, Math.max(0, expected - (list.records.length - next)))
      }),
  }
}

/** Tells something of the record at byte `at`. */
export type RecordTest = (records: Buffer, at: number) => boolean

/** Whether a record is of one of these images. Few are, so their ids are compared in full only where half of it fits. */
export function matchesAny(imageIds: readonly string[]): RecordTest {
  const ids = new Set(imageIds)
  const halves = new Set(imageIds.map((id) => Number.parseInt(id.slice(0, 8), 16)))
  return (records, at) => halves.has(records.readUInt32BE(at)) && ids.has(readImageId(records, at))
}
