import { type PackedImages, packedCursor } from '../../shared/open-images/packed-images.ts'

/** Packed runs from one place to another, their ids as text. */
export function packedRuns({ bytes }: PackedImages, from = 0, to = bytes.length) {
  const runs: { imageId: string; classes: number[] }[] = []
  const cursor = packedCursor(bytes.subarray(from, to))
  for (; !cursor.isOver; cursor.advance()) {
    const halves = [cursor.high, cursor.low].map((half) => half.toString(16).padStart(8, '0'))
    runs.push({ imageId: halves.join(''), classes: [...cursor.classes] })
  }
  return runs
}
