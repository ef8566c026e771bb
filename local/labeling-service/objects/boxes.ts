import * as z from 'zod'

/** A labeled box in pixels, origin top left: the format of worker pages and answers. */
export const LabeledBox = z.object({
  label: z.string(),
  left: z.number(),
  top: z.number(),
  width: z.number(),
  height: z.number(),
})
export type LabeledBox = z.infer<typeof LabeledBox>

export interface ImageSize {
  readonly width: number
  readonly height: number
}

type Shape = Omit<LabeledBox, 'label'>

/** Returns the Jaccard index of two boxes: intersection over union, 0 to 1. */
export function jaccardIndex(one: Shape, other: Shape): number {
  const width = Math.min(one.left + one.width, other.left + other.width) - Math.max(one.left, other.left)
  const height = Math.min(one.top + one.height, other.top + other.height) - Math.max(one.top, other.top)
  if (width <= 0 || height <= 0) return 0
  const shared = width * height
  return shared / (one.width * one.height + other.width * other.height - shared)
}

export const isSameBox = (one: LabeledBox, other: LabeledBox): boolean =>
  one.label === other.label &&
  one.left === other.left &&
  one.top === other.top &&
  one.width === other.width &&
  one.height === other.height

/** Rounds a box to whole pixels within the image, at least 1 x 1. */
export function clampToImage(box: LabeledBox, image: ImageSize): LabeledBox {
  const left = clamp(0, Math.round(box.left), image.width - 1)
  const top = clamp(0, Math.round(box.top), image.height - 1)
  const right = clamp(left + 1, Math.round(box.left + box.width), image.width)
  const bottom = clamp(top + 1, Math.round(box.top + box.height), image.height)
  return { label: box.label, left, top, width: right - left, height: bottom - top }
}

const clamp = (min: number, value: number, max: number) => Math.max(min, Math.min(value, max))
