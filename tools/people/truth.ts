import { randomFrom } from '../../local/seeded-random.ts'
import type { LabelingTask } from '../../shared/contracts/labeling-task.ts'

/** A box in pixels of the image. */
export type TruthBox = NonNullable<LabelingTask['boxes']>[number]

/** Returns what is on an image; undefined where nobody can tell. */
export type Truth = (task: LabelingTask) => readonly TruthBox[] | undefined

/** Share of the images whose shown boxes are right. */
const RIGHT_BOXES = 0.8

/**
 * Makes up what is on the images, the same for everybody: up to three boxes, or those that are shown to be adjusted or
 * verified, which are wrong on every fifth image. What others have drawn says nothing. Pure.
 * @param labels the classes of the job
 */
export const inventedTruth =
  (seed: number, labels: readonly string[]): Truth =>
  ({ line, width, height, boxes, check }) => {
    const random = randomFrom(seed, `line ${line}`)
    if (boxes && !check) return random.chance(RIGHT_BOXES) ? boxes : boxes.slice(1)
    return Array.from({ length: random.between(0, 4) }, () => {
      const size = { width: width * (0.1 + 0.4 * random.next()), height: height * (0.1 + 0.4 * random.next()) }
      return {
        className: labels[random.between(0, labels.length)] ?? '',
        left: (width - size.width) * random.next(),
        top: (height - size.height) * random.next(),
        ...size,
      }
    })
  }
