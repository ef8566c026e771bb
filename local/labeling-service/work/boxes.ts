import * as z from 'zod'

/** A labeled box in pixels, origin top left: how pages and workers' answers write it. */
export const LabeledBox = z.object({
  label: z.string(),
  left: z.number(),
  top: z.number(),
  width: z.number(),
  height: z.number(),
})
export type LabeledBox = z.infer<typeof LabeledBox>

export interface Pixels {
  readonly width: number
  readonly height: number
}

type Shape = Omit<LabeledBox, 'label'>

/** The Jaccard index: what two boxes share of what they cover together, 0 to 1. */
export function overlap(one: Shape, other: Shape): number {
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

/** In whole pixels, inside the image, at least 1 x 1. */
export function inImage(box: LabeledBox, image: Pixels): LabeledBox {
  const left = between(0, Math.round(box.left), image.width - 1)
  const top = between(0, Math.round(box.top), image.height - 1)
  const right = between(left + 1, Math.round(box.left + box.width), image.width)
  const bottom = between(top + 1, Math.round(box.top + box.height), image.height)
  return { label: box.label, left, top, width: right - left, height: bottom - top }
}

const between = (least: number, value: number, most: number) => Math.max(least, Math.min(value, most))
