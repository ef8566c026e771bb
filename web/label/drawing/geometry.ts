/** A place, in pixels of the image as stored, or of the screen. */
export interface Point {
  readonly x: number
  readonly y: number
}

export interface Size {
  readonly width: number
  readonly height: number
}

/** A rectangle in pixels of the image as stored, not rounded; origin top left. */
export interface Box extends Size {
  readonly left: number
  readonly top: number
}

/** The sides of a box. */
export type Side = 'left' | 'top' | 'right' | 'bottom'

/** Returns the smallest box around some points; undefined for none. Pure. */
export function boxAround(points: readonly Point[]): Box | undefined {
  if (points.length === 0) return undefined
  const xs = points.map(({ x }) => x)
  const ys = points.map(({ y }) => y)
  const [left, top] = [Math.min(...xs), Math.min(...ys)]
  return { left, top, width: Math.max(...xs) - left, height: Math.max(...ys) - top }
}

/** Returns the place inside of an image that is nearest. Pure. */
export const clampPoint = ({ x, y }: Point, { width, height }: Size): Point => ({
  x: clamp(x, 0, width),
  y: clamp(y, 0, height),
})

export const clamp = (value: number, low: number, high: number): number => Math.min(Math.max(value, low), high)

/** Returns the place of a side: x of left and right, y of top and bottom. Pure. */
export function sideAt({ left, top, width, height }: Box, side: Side): number {
  if (side === 'left') return left
  if (side === 'top') return top
  return side === 'right' ? left + width : top + height
}

/** A box never becomes smaller than this, in image pixels: a side that is moved over the opposite one stops before. */
const MIN_SIDE_PIXELS = 0.5

/**
 * Returns the box with some sides moved to new places, cut to the image. A side stops before the opposite one. Pure.
 * @param least how many image pixels stay between them
 */
export function withSides(
  box: Box,
  sides: Readonly<Partial<Record<Side, number>>>,
  image: Size,
  least = MIN_SIDE_PIXELS,
): Box {
  const right = sideAt(box, 'right')
  const bottom = sideAt(box, 'bottom')
  const left = clamp(sides.left ?? box.left, 0, (sides.right === undefined ? right : image.width) - least)
  const top = clamp(sides.top ?? box.top, 0, (sides.bottom === undefined ? bottom : image.height) - least)
  const newRight = sides.right === undefined ? right : clamp(sides.right, left + least, image.width)
  const newBottom = sides.bottom === undefined ? bottom : clamp(sides.bottom, top + least, image.height)
  return { left, top, width: newRight - left, height: newBottom - top }
}

/** Returns the box moved by so much, and no farther than to the edge of the image; its size stays. Pure. */
export const movedBy = ({ left, top, width, height }: Box, { x, y }: Point, image: Size): Box => ({
  left: clamp(left + x, 0, Math.max(0, image.width - width)),
  top: clamp(top + y, 0, Math.max(0, image.height - height)),
  width,
  height,
})

/** Returns the part of a box that is inside of an image. Pure. */
export const cutTo = (box: Box, image: Size): Box =>
  boxAround([
    clampPoint({ x: box.left, y: box.top }, image),
    clampPoint({ x: sideAt(box, 'right'), y: sideAt(box, 'bottom') }, image),
  ]) ?? box

export const distance = (one: Point, other: Point): number => Math.hypot(one.x - other.x, one.y - other.y)

export const middleOf = (one: Point, other: Point): Point => ({ x: (one.x + other.x) / 2, y: (one.y + other.y) / 2 })
