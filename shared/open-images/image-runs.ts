/**
 * Runs of adjacent rows of one image, in file order. There are millions, so all of them share one array of words.
 * A run is the image id (two words), the offset of its first row, the number of its classes, and the class numbers in
 * order of their first row.
 */
export interface ImageRuns {
  readonly words: Uint32Array
  /** Index of each run in `words`. */
  readonly places: readonly number[]
  /** Offset in the file that the runs' offsets are relative to. */
  readonly from: number
  /** End offset of the last run. */
  readonly to: number
  /** Number of runs with each class, by class number. */
  readonly images: readonly number[]
}

/** Words of a run, relative to its index. */
export const RUN = { high: 0, low: 1, start: 2, classCount: 3, classes: 4 } as const

/** Builds runs from rows in file order. */
export interface RunBuilder {
  /** Begins a run. @param high and `low` halves of the image id @param start offset of its first row in the file */
  open(high: number, low: number, start: number): void
  /** Adds the class of a row to the current run. */
  add(classNumber: number): void
  /** Returns the runs so far. @param to end offset of the last row */
  runs(to: number): ImageRuns
}

const MIN_WORDS = 1 << 12

/** Creates a builder. It holds 24 bytes per run and 4 for each of its classes. */
export function runBuilder(): RunBuilder {
  let words = new Uint32Array(MIN_WORDS)
  let length = 0
  let place = 0
  let from: number | undefined
  const places: number[] = []
  const images: number[] = []

  const push = (word: number): void => {
    if (length === words.length) {
      const larger = new Uint32Array(words.length * 2)
      larger.set(words)
      words = larger
    }
    words[length++] = word
  }
  return {
    open: (high, low, start) => {
      from ??= start
      place = length
      places.push(place)
      push(high)
      push(low)
      push(start - from)
      push(0)
    },
    add: (classNumber) => {
      for (let at = place + RUN.classes; at < length; at++) if (words[at] === classNumber) return
      push(classNumber)
      images[classNumber] = (images[classNumber] ?? 0) + 1
      words[place + RUN.classCount] = (words[place + RUN.classCount] ?? 0) + 1
    },
    runs: (to) => ({ words: words.subarray(0, length), places, from: from ?? to, to, images }),
  }
}
