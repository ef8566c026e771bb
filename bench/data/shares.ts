import { readFileSync } from 'node:fs'

/** Frequency of a class: the number of images among the 125,000 of the test split, and the boxes per image. */
export interface ClassShare {
  readonly classId: string
  readonly images: number
  readonly boxesEach: number
}

/** A split of Open Images V4. */
export interface Split {
  readonly boxesPerImage: number
  /** Values of column `Source` with their shares. */
  readonly sources: Readonly<Record<string, number>>
}

/**
 * V4 has 625,000 boxes on 125,000 test images and 14.6 million on 1.74 million training images. A tenth of the training
 * boxes are from detections (`activemil`); the others are from extreme clicks or drawn freely.
 */
export const SPLITS = {
  test: { boxesPerImage: 5, sources: { xclick: 0.6, freeform: 0.4 } },
  train: { boxesPerImage: 8.4, sources: { xclick: 0.9, activemil: 0.1 } },
} as const satisfies Readonly<Record<string, Split>>
export type SplitName = keyof typeof SPLITS

/** Shares of boxes that touch an edge of their image: xMin 0, xMax 1, yMin 0, yMax 1. From the bundled V4 rows. */
export const EDGE_SHARES = { xMin: 0.09, xMax: 0.1, yMin: 0.1, yMax: 0.1 } as const

/** Shares of the value 1 in the flags, in header order; the others are 0. From the bundled V4 rows. */
export const FLAG_SHARES = { IsOccluded: 0.21, IsTruncated: 0.16, IsGroupOf: 0.14, IsDepiction: 0.2, IsInside: 0.01 }

export const TIRE = '/m/0h9mv'
export const PLATE = '/m/01jfm_'

/** The most frequent classes according to the published statistics, and the two classes of the scan benchmark. */
const FREQUENT: readonly ClassShare[] = [
  ['/m/07j7r', 15_000, 2], // Tree
  ['/m/04yx4', 18_000, 1.9], // Man
  ['/m/09j2d', 14_000, 2.6], // Clothing
  ['/m/0dzct', 13_000, 2.1], // Human face
  ['/m/01g317', 15_000, 2.6], // Person
  ['/m/03bt1vf', 11_500, 1.8], // Woman
  ['/m/09j5n', 6500, 3.4], // Footwear
  ['/m/0d4v4', 5000, 4.4], // Window
  ['/m/083wq', 4200, 3.4], // Wheel
  ['/m/0c9ph5', 5500, 3], // Flower
  ['/m/0k4j', 7500, 2], // Car
  ['/m/03q69', 5500, 2], // Human hair
  ['/m/0dzf4', 3500, 2.6], // Human arm
  ['/m/0cgh4', 6000, 1.6], // Building
  ['/m/05s2s', 5500, 1.7], // Plant
  ['/m/05r655', 6000, 1.6], // Girl
  ['/m/01mzpv', 2600, 2.6], // Chair
  ['/m/04hgtk', 2600, 2], // Human head
  ['/m/03jm5', 3800, 1.6], // House
  ['/m/04bcr3', 3700, 1.5], // Table
  ['/m/0bt9lr', 2300, 1.2], // Dog
  ['/m/02wbm', 2000, 2.2], // Food
  ['/m/019jd', 1600, 2.1], // Boat
  ['/m/015p6', 2000, 1.6], // Bird
  ['/m/06msq', 2000, 1.3], // Sculpture
  ['/m/0138tl', 1300, 2.4], // Toy
  [TIRE, 583, 2.3],
  [PLATE, 500, 1.3],
].map(([classId, images, boxesEach]) => ({
  classId: String(classId),
  images: Number(images),
  boxesEach: Number(boxesEach),
}))

const BOXES = 625_000
const BOXES_PER_IMAGE_OF_OTHERS = 1.9

/** Returns the shares of all 601 classes. The classes that are not listed share the rest by rank. */
export function classShares(): ClassShare[] {
  const known = new Set(FREQUENT.map(({ classId }) => classId))
  const others = readBoxableIds().filter((classId) => !known.has(classId))
  const boxesLeft = FREQUENT.reduce((left, { images, boxesEach }) => left - images * boxesEach, BOXES)
  const ranks = others.reduce((sum, _, rank) => sum + 1 / (rank + 20), 0)
  const rest = others.map((classId, rank) => ({
    classId,
    images: boxesLeft / BOXES_PER_IMAGE_OF_OTHERS / ranks / (rank + 20),
    boxesEach: BOXES_PER_IMAGE_OF_OTHERS,
  }))
  return [...FREQUENT, ...rest]
}

/** Reads the ids of the boxable classes. */
function readBoxableIds(): string[] {
  const file = new URL('../../local/sample-data/class-descriptions-boxable.csv', import.meta.url)
  return readFileSync(file, 'utf8')
    .split('\n')
    .flatMap((line) => line.split(',', 1).filter((id) => id !== ''))
}
