import type { ClassBox, ImageSize } from '../consolidation/boxes.ts'

/** A box that is known to be right. Edges are shares of the image, 0 to 1. */
export interface KnownBox {
  readonly className: string
  readonly xMin: number
  readonly xMax: number
  readonly yMin: number
  readonly yMax: number
}

/** Returns known boxes in pixels of the image as stored, not rounded. Pure. */
export const toTruth = (boxes: readonly KnownBox[], { width, height }: ImageSize): ClassBox[] =>
  boxes.map(({ className, xMin, xMax, yMin, yMax }) => ({
    className,
    left: xMin * width,
    top: yMin * height,
    width: (xMax - xMin) * width,
    height: (yMax - yMin) * height,
  }))
