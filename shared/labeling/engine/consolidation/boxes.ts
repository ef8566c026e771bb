/** A box in pixels of the image as stored, origin top left, not rounded. */
export interface ClassBox {
  readonly className: string
  readonly left: number
  readonly top: number
  readonly width: number
  readonly height: number
}

/** A box of no class. */
export type Shape = Omit<ClassBox, 'className'>

export interface ImageSize {
  readonly width: number
  readonly height: number
}

/** Returns the Jaccard index of two boxes: intersection over union, 0 to 1. Pure. */
export function jaccardIndex(one: Shape, other: Shape): number {
  const width = Math.min(one.left + one.width, other.left + other.width) - Math.max(one.left, other.left)
  const height = Math.min(one.top + one.height, other.top + other.height) - Math.max(one.top, other.top)
  if (width <= 0 || height <= 0) return 0
  const shared = width * height
  return shared / (one.width * one.height + other.width * other.height - shared)
}

/** Returns the fields of a box without anything else that is known of it. Pure. */
export const pickBox = ({ className, left, top, width, height }: ClassBox): ClassBox => ({
  className,
  left,
  top,
  width,
  height,
})

/** Returns the same text for boxes of the same class with the same edges, and for no others. Pure. */
export const formatBox = ({ className, left, top, width, height }: ClassBox): string =>
  JSON.stringify([className, left, top, width, height])

/** Orders boxes by their coordinates, then by class. Pure. @returns negative when the first one comes first */
export const compareBoxes = (one: ClassBox, other: ClassBox): number =>
  one.left - other.left ||
  one.top - other.top ||
  one.width - other.width ||
  one.height - other.height ||
  compareText(one.className, other.className)

/** Orders text by code units, which is the same on every machine. Pure. @returns negative when the first one comes first */
export function compareText(one: string, other: string): number {
  if (one === other) return 0
  return one < other ? -1 : 1
}
