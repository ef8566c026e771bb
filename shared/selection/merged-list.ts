import { imageIdOf, lengthOf, RECORD_BYTES, startOf } from '../box-index/records.ts'
import type { CandidateList } from './candidate-list.ts'
import { firstHeap } from './first-heap.ts'
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
export function mergedList(lists: readonly ReadList[], skipImages: readonly string[]): MergedList {
  const merged = growingRecords()
  const cursors = lists.map((list): Cursor => ({ list, next: 0, start: 0 }))
  const heap = firstHeap<Cursor>()
  const dry = new Set(cursors)
  const isSkipped = skipper(skipImages)
  const all = lists.reduce((sum, { images }) => sum + images, 0)
  let last = -1
  let taken = 0

  /** Whether all dry lists have records again, or have ended. */
  const refill = (): boolean => {
    for (const cursor of dry) {
      const { list, next } = cursor
      if (next < list.images) {
        if (next >= list.records.length) return false
        cursor.start = startOf(list.records.bytes, next * RECORD_BYTES)
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
    taken += 1
    cursor.next += 1
    if (cursor.next < length) {
      cursor.start = startOf(bytes, at + RECORD_BYTES)
      heap.settle()
    } else {
      heap.pop()
      dry.add(cursor)
    }
  }

  return {
    get length() {
      return merged.length
    },
    startAt: (position) => startOf(merged.bytes, position * RECORD_BYTES),
    at: (position) => {
      const at = position * RECORD_BYTES
      const start = startOf(merged.bytes, at)
      return { imageId: imageIdOf(merged.bytes, at), start, end: start + lengthOf(merged.bytes, at) }
    },
    advance: () => {
      while (refill() && heap.first) take(heap.first)
    },
    wanted: (more) => {
      // So many records made one candidate so far: others were of an image that was there, or is left out.
      const records = more * (merged.length === 0 ? 1 : taken / merged.length)
      return cursors.map(({ list, next }) => {
        const share = (records * list.images) / all
        // Of several lists one gives more than its share, another less.
        const expected = Math.ceil(lists.length === 1 ? share : share + 2 * Math.sqrt(share))
        const left = list.images - list.records.length
        return Math.min(left, Math.max(0, expected - (list.records.length - next)))
      })
    },
  }
}

/** Whether a record is of one of these images. Few are, so their ids are compared in full only where half of it fits. */
function skipper(imageIds: readonly string[]): (records: Buffer, at: number) => boolean {
  const ids = new Set(imageIds)
  const halves = new Set(imageIds.map((id) => Number.parseInt(id.slice(0, 8), 16)))
  return (records, at) => halves.has(records.readUInt32BE(at)) && ids.has(imageIdOf(records, at))
}
