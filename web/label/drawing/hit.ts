import type { Drawing, DrawnBox, Hit, PointerType } from './drawing.ts'
import type { Box, Point, Side } from './geometry.ts'
import { boxOnScreen } from './viewport.ts'

/** How far from a side it can be taken hold of, in CSS pixels: fingers need targets of 44 pixels (WCAG 2.5.5). */
const REACH_PIXELS: Readonly<Record<PointerType, number>> = { mouse: 6, pen: 10, touch: 22 }
/** How far from the middle of a handle it can be taken hold of, in CSS pixels. */
const HANDLE_REACH_PIXELS: Readonly<Record<PointerType, number>> = { mouse: 6, pen: 8, touch: 16 }

/** The tag with the number of a box, above its top left corner, in CSS pixels. */
export const TAG = { width: 26, height: 20 } as const

/** Returns where the tag of a box is on the surface: above the box, or inside of it at the top of the surface. Pure. */
export const tagOnScreen = ({ left, top }: Box): Box => ({
  left,
  top: top >= TAG.height ? top - TAG.height : top,
  ...TAG,
})

/**
 * Returns what lies under a place of the surface. Sides and tag of the selected box come first, then those of the other
 * boxes, the smallest first. The inside of a box counts as the image, so that a box can be drawn inside of another.
 *
 * A box that was selected can be taken hold of at all of its sides. One that was only drawn just now has handles, and no
 * more: the next object often lies beside it. Pure.
 */
export function findHit(drawing: Drawing, at: Point, pointerType: PointerType): Hit {
  const reach = REACH_PIXELS[pointerType]
  for (const { box, screen } of inHitOrder(drawing)) {
    const sides = box.isLocked ? [] : findSides(screen, at, reach)
    const { id, isLocked = false } = box
    const isGrip = id === drawing.selected && !isLocked
    if (sides.length > 0) {
      const isHeld = isGrip && (drawing.isChosen || isAtHandle(screen, at, HANDLE_REACH_PIXELS[pointerType]))
      return { on: 'sides', id, sides, isGrip: isHeld }
    }
    if (isInside(tagOnScreen(screen), at, pointerType === 'touch' ? 8 : 0)) return { on: 'tag', id, isGrip }
    if (isLocked && findSides(screen, at, reach).length > 0) return { on: 'tag', id, isGrip }
  }
  return { on: 'image' }
}

/** Returns the boxes under a place of the surface, inside or at a side, the smallest first. Pure. */
export function boxesUnder(drawing: Drawing, at: Point): readonly DrawnBox[] {
  const reach = REACH_PIXELS.mouse
  return inSizeOrder(drawing)
    .filter(({ screen }) => isInside(screen, at, reach))
    .map(({ box }) => box)
}

const inSizeOrder = ({ areBoxesHidden, boxes, viewport }: Drawing) =>
  (areBoxesHidden ? [] : boxes)
    .map((box) => ({ box, screen: boxOnScreen(viewport, box) }))
    .toSorted((one, other) => one.screen.width * one.screen.height - other.screen.width * other.screen.height)

function inHitOrder(drawing: Drawing) {
  const all = inSizeOrder(drawing)
  const isSelected = ({ box }: (typeof all)[number]) => box.id === drawing.selected
  return [...all.filter(isSelected), ...all.filter((one) => !isSelected(one))]
}

/** Returns the sides of a box that are within reach: two at a corner. Pure. */
function findSides({ left, top, width, height }: Box, { x, y }: Point, reach: number): Side[] {
  // Of a box smaller than the reach, the nearer side is meant, and beyond a third its middle still draws.
  const across = Math.min(reach, Math.max(3, width / 3))
  const along = Math.min(reach, Math.max(3, height / 3))
  if (x < left - reach || x > left + width + reach || y < top - reach || y > top + height + reach) return []
  const isNear = (offset: number, inside: number) => offset <= inside && offset >= -reach
  const sides: Side[] = []
  if (isNear(x - left, across)) sides.push('left')
  else if (isNear(left + width - x, across)) sides.push('right')
  if (isNear(y - top, along)) sides.push('top')
  else if (isNear(top + height - y, along)) sides.push('bottom')
  return sides
}

/** Handles are at the corners, and in the middle of each side. */
const isAtHandle = ({ left, top, width, height }: Box, { x, y }: Point, reach: number): boolean =>
  [0, 0.5, 1].some((across) =>
    [0, 0.5, 1].some(
      (along) => Math.abs(x - left - across * width) <= reach && Math.abs(y - top - along * height) <= reach,
    ),
  )

const isInside = ({ left, top, width, height }: Box, { x, y }: Point, reach: number): boolean =>
  x >= left - reach && x <= left + width + reach && y >= top - reach && y <= top + height + reach
