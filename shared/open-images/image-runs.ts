/**
 * Runs of rows of one image each, in file order: one array of words for all of them, as there are millions.
 * A run is its image's id (two words), where it begins, how many classes it has, and their numbers in order of their
 * first row.
 */
export interface ImageRuns {
  readonly words: Uint32Array
  /** Where each run begins in `words`. */
  readonly places: readonly number[]
  /** The byte of the file that the runs' beginnings are counted from. */
  readonly from: number
  /** The byte behind the last run. */
  readonly to: number
  /** How many runs have each class, by the class's number. */
  readonly images: readonly number[]
}

/** Words of a run, counted from its place. */
export const RUN = { high: 0, low: 1, start: 2, classCount: 3, classes: 4 } as const

/** Gathers runs from rows, in file order. */
export interface RunGatherer {
  /** Begins the rows of an image. @param high and `low` halves of its id @param start of the row in the file */
  open(high: number, low: number, start: number): void
  /** A row of this image has this class. */
  add(classNumber: number): void
  /** @param to byte behind the last row */
  runs(to: number): ImageRuns
}

const FEWEST_WORDS = 1 << 12

/** Holds 24 bytes a run and 4 for each of its classes. */
export function runGatherer(): RunGatherer {
  let words = new Uint32Array(FEWEST_WORDS)
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
