/** A box in pixels of the image as stored, origin top left, not rounded. */
export interface ClassBox {
  readonly className: string
  readonly left: number
  readonly top: number
  readonly width: number
  readonly height: number
}

export interface ImageSize {
  readonly width: number
  readonly height: number
}

/** Returns the Jaccard index of two boxes: intersection over union, 0 to 1. Pure. */
export function jaccardIndex(one: ClassBox, other: ClassBox): number {
  const width = Math.min(one.left + one.width, other.left + other.width) - Math.max(one.left, other.left)
  const height = Math.min(one.top + one.height, other.top + other.height) - Math.max(one.top, other.top)
  if (width <= 0 || height <= 0) return 0
  const shared = width * height
  return shared / (one.width * one.height + other.width * other.height - shared)
}

/**
 * Returns the mean of boxes around one object, which lies within the image if they do. An edge that is the same in all of
 * them stays exactly the same. Pure.
 * @param boxes at least one, all of one class
 * @param image undefined where its size is not known: nothing is cut then
 */
export function averageBoxes(boxes: readonly [ClassBox, ...ClassBox[]], image: ImageSize | undefined): ClassBox {
  const [{ className }] = boxes
  const mean = (read: (box: ClassBox) => number): number => average(boxes.map(read))
  const [left, top] = [mean((box) => box.left), mean((box) => box.top)]
  const [width, height] = [mean((box) => box.width), mean((box) => box.height)]
  if (!image) return { className, left, top, width, height }
  // Rounding can move an edge of the mean out of the image by the last digit.
  return {
    className,
    left,
    top,
    width: Math.min(width, image.width - left),
    height: Math.min(height, image.height - top),
  }
}

const average = (values: readonly number[]): number => {
  const [first = 0] = values
  return values.every((value) => value === first)
    ? first
    : values.reduce((sum, value) => sum + value, 0) / values.length
}
