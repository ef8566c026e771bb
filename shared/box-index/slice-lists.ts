import { type ImageRuns, RUN } from '../open-images/image-runs.ts'
import { MAX_LENGTH, MAX_START, RECORD_BYTES, writeRecord } from './records.ts'

/**
 * Encodes a slice's part of every list of the index, for a slice that is grouped by image: the records of each class in
 * file order, classes in byte order of their ids. Pure.
 * @param classIds by class number
 * @returns undefined when the length or offset of an image's rows exceeds the limit of a record
 */
export function encodeSliceLists(runs: ImageRuns, classIds: readonly string[]): Uint8Array | undefined {
  const { words, places, from, to, images } = runs
  if (to - 1 > MAX_START) return undefined
  const next = placeRecords(images, classIds)
  const bytes = Buffer.alloc(images.reduce((sum, count) => sum + count, 0) * RECORD_BYTES)
  const records = new DataView(bytes.buffer, bytes.byteOffset, bytes.length)
  const word = (at: number): number => words[at] ?? 0
  for (const [number, place] of places.entries()) {
    const start = from + word(place + RUN.start)
    const following = places[number + 1]
    const length = (following === undefined ? to : from + word(following + RUN.start)) - start
    if (length > MAX_LENGTH) return undefined
    const image = { high: word(place + RUN.high), low: word(place + RUN.low), start, length }
    const end = place + RUN.classes + word(place + RUN.classCount)
    for (let index = place + RUN.classes; index < end; index++) {
      const classNumber = word(index)
      const at = next[classNumber] ?? 0
      writeRecord(records, at, image)
      next[classNumber] = at + RECORD_BYTES
    }
  }
  return bytes
}

/** Returns the offset of each class's records, by class number. */
function placeRecords(images: readonly number[], classIds: readonly string[]): number[] {
  const offsets = new Array<number>(images.length).fill(0)
  let at = 0
  const inOrder = [...classIds.entries()].sort(([, one], [, other]) => (one < other ? -1 : 1))
  for (const [number] of inOrder) {
    offsets[number] = at
    at += (images[number] ?? 0) * RECORD_BYTES
  }
  return offsets
}
