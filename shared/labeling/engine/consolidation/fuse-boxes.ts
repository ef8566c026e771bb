import { type ClassBox, type ImageSize, jaccardIndex, type Shape } from './boxes.ts'
import { medianDeviation, type Weighted, weightedMean, weightedMedian } from './weights.ts'

/** A box of one worker, and how much that worker's opinion counts. */
export interface WeightedBox {
  readonly box: ClassBox
  readonly weight: number
}

/** A number for each edge of a box. */
export interface Edges {
  readonly left: number
  readonly top: number
  readonly right: number
  readonly bottom: number
}

export interface FusedBox {
  readonly shape: Shape
  /** Weighted mean of the overlaps (intersection over union) of the boxes with the result, 0 to 1. */
  readonly fit: number
  /** How far workers are apart: the median absolute deviation of each edge, as a share of that side of the result. */
  readonly spread: Edges
}

/**
 * How far the edges of boxes may be from their median, as a share of the side, to be averaged. Good workers are off by 1.2 %,
 * and hardly ever by more than this; of what they draw, the mean is better than the median.
 */
const MAX_DEVIATION_TO_AVERAGE = 0.06
const NO_SPREAD: Edges = { left: 0, top: 0, right: 0, bottom: 0 }

/**
 * Makes one box of several around one object: the weighted mean where all of them are close to each other, otherwise the
 * weighted median of each edge, which a single bad box does not move. A box that is alone stays as drawn, bit for bit. Pure.
 *
 * The fit does not fall when one more worker draws exactly the result. One more box at the mean or at the median does not
 * move it, and what is not close does not become so. This is why closeness is not decided by the median absolute deviation:
 * one more box at the median lowers it, and could turn the median into a mean that fits worse.
 *
 * @param boxes at least one, in an order that does not depend on that of the answers
 * @param image undefined where its size is not known: nothing is cut then
 */
export function fuseBoxes(boxes: readonly [WeightedBox, ...WeightedBox[]], image: ImageSize | undefined): FusedBox {
  const [{ box }, ...others] = boxes
  if (others.length === 0) return { shape: toShape(box), fit: 1, spread: NO_SPREAD }
  const median = toMedian(boxes)
  const shape = cutToImage(areClose(boxes, median) ? toMean(boxes) : median, image)
  return { shape, fit: measureFit(boxes, shape), spread: measureSpread(boxes, shape) }
}

const toShape = ({ left, top, width, height }: ClassBox): Shape => ({ left, top, width, height })

/** The mean of widths, not of right edges: boxes that are all the same stay exactly the same. */
function toMean(boxes: readonly WeightedBox[]): Shape {
  const mean = (read: (box: ClassBox) => number): number => weightedMean(weigh(boxes, read))
  return {
    left: mean(({ left }) => left),
    top: mean(({ top }) => top),
    width: mean(({ width }) => width),
    height: mean(({ height }) => height),
  }
}

/** As each box has its right edge beyond its left one, so have the medians: the result has a size. */
function toMedian(boxes: readonly WeightedBox[]): Shape {
  const median = (read: (box: ClassBox) => number): number => weightedMedian(weigh(boxes, read))
  const [left, top] = [median((box) => box.left), median((box) => box.top)]
  return { left, top, width: median(toRight) - left, height: median(toBottom) - top }
}

const areClose = (boxes: readonly WeightedBox[], { left, top, width, height }: Shape): boolean =>
  boxes.every(
    ({ box }) =>
      Math.max(Math.abs(box.left - left), Math.abs(toRight(box) - left - width)) <= MAX_DEVIATION_TO_AVERAGE * width &&
      Math.max(Math.abs(box.top - top), Math.abs(toBottom(box) - top - height)) <= MAX_DEVIATION_TO_AVERAGE * height,
  )

/** A worker of little skill who draws a bad box around an object does not make it much less certain. */
const measureFit = (boxes: readonly WeightedBox[], shape: Shape): number =>
  weightedMean(boxes.map(({ box, weight }) => ({ value: jaccardIndex(box, shape), weight })))

function measureSpread(boxes: readonly WeightedBox[], { width, height }: Shape): Edges {
  const deviation = (read: (box: ClassBox) => number): number => medianDeviation(boxes.map(({ box }) => read(box)))
  return {
    left: deviation(({ left }) => left) / width,
    top: deviation(({ top }) => top) / height,
    right: deviation(toRight) / width,
    bottom: deviation(toBottom) / height,
  }
}

const weigh = (boxes: readonly WeightedBox[], read: (box: ClassBox) => number): readonly Weighted[] =>
  boxes.map(({ box, weight }) => ({ value: read(box), weight }))

const toRight = ({ left, width }: ClassBox): number => left + width
const toBottom = ({ top, height }: ClassBox): number => top + height

/** Rounding can move an edge out of the image by the last digit. */
function cutToImage({ left, top, width, height }: Shape, image: ImageSize | undefined): Shape {
  if (!image) return { left, top, width, height }
  return { left, top, width: cutSide(left, width, image.width), height: cutSide(top, height, image.height) }
}

/** A box that begins beyond the image is left as it is: nothing would remain of it. */
const cutSide = (start: number, length: number, end: number): number =>
  start < end ? Math.min(length, end - start) : length
