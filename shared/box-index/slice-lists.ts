import { type ImageRuns, RUN } from '../open-images/image-runs.ts'
import { MAX_LENGTH, MAX_START, RECORD_BYTES, writeRecord } from './records.ts'

/**
 * Lists the images of each class in a slice whose images stand together: its part of every list of the index, records of
 * each class in file order, classes in byte order of their ids.
 * @param classIds of the classes, by their numbers
 * @returns undefined when an image's rows are too many, or too far in the file, for a record
 */
export function sliceLists(runs: ImageRuns, classIds: readonly string[]): Uint8Array | undefined {
  const { words, places, from, to, images } = runs
  if (to - 1 > MAX_START) return undefined
  const next = firstBytes(images, classIds)
  const bytes = Buffer.alloc(images.reduce((sum, count) => sum + count, 0) * RECORD_BYTES)
  const records = new DataView(bytes.buffer, bytes.byteOffset, bytes.length)
  const word = (at: number): number => words[at] ?? 0
  for (const [number, place] of places.entries()) {
    const start = from + word(place + RUN.start)
    const behind = places[number + 1]
    const length = (behind === undefined ? to : from + word(behind + RUN.start)) - start
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

/** Where each class's records begin, by the class's number. */
function firstBytes(images: readonly number[], classIds: readonly string[]): number[] {
  const first = new Array<number>(images.length).fill(0)
  let at = 0
  const inOrder = [...classIds.entries()].sort(([, one], [, other]) => (one < other ? -1 : 1))
  for (const [number] of inOrder) {
    first[number] = at
    at += (images[number] ?? 0) * RECORD_BYTES
  }
  return first
}
