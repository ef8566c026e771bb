import { inReadingOrder } from './describe-box.ts'
import { type Drawing, type DrawnBox, type How, MAX_BOXES, selectedBox } from './drawing.ts'
import {
  type Box,
  boxAround,
  clampPoint,
  cutTo,
  movedBy,
  type Point,
  type Side,
  sideAt,
  withSides,
} from './geometry.ts'
import { withBoxes } from './history.ts'
import { boxesUnder } from './hit.ts'
import { toImage, toScreen } from './viewport.ts'

/** A box of fewer CSS pixels on the screen is a slip of the hand. */
export const MIN_SCREEN_PIXELS = 3
const NONE = { kind: 'none' } as const

/** Returns the drawing with a new box of the chosen class, cut to the image; unchanged but for a message where it is too small. Pure. */
function addBox(drawing: Drawing, box: Box, how: How): Drawing {
  const idle = { ...drawing, gesture: NONE }
  const cut = cutTo(box, drawing.image)
  const isTooSmall = Math.min(cut.width, cut.height) * drawing.viewport.scale < MIN_SCREEN_PIXELS
  if (isTooSmall) return { ...idle, announcement: 'Too small for a box' }
  if (drawing.boxes.length >= MAX_BOXES) return { ...idle, announcement: `An image can have ${MAX_BOXES} boxes` }
  const { nextId: id, className } = drawing
  const added: DrawnBox = { ...cut, id, className, how }
  const said = `${className}, box ${drawing.boxes.length + 1}`
  return {
    ...withBoxes(idle, [...drawing.boxes, added], undefined, said),
    nextId: id + 1,
    selected: id,
    isChosen: false,
  }
}

/** Returns the drawing with a box around some points. Pure. */
export function addBoxAround(drawing: Drawing, points: readonly Point[], how: How): Drawing {
  const box = boxAround(points.map((point) => clampPoint(point, drawing.image)))
  return box ? addBox(drawing, box, how) : drawing
}

/** Returns the drawing with a new box in the middle of what is shown, a quarter as wide and high. Pure. */
export function addBoxByKey(drawing: Drawing): Drawing {
  const { image, surface, viewport } = drawing
  const shown = [
    { x: 0, y: 0 },
    { x: surface.width, y: surface.height },
  ].map((corner) => clampPoint(toImage(viewport, corner), image))
  const { left, top, width, height } = boxAround(shown) ?? { left: 0, top: 0, ...image }
  const box = { left: left + 0.375 * width, top: top + 0.375 * height, width: width / 4, height: height / 4 }
  const added = addBox(drawing, box, 'keys')
  return added.selected === drawing.selected ? added : { ...added, isChosen: true }
}

/** Returns the drawing with other sides or another place of a box; unchanged for a locked one. Pure. */
export function changeBox(drawing: Drawing, id: number, box: Box, step?: string): Drawing {
  const before = drawing.boxes.find((one) => one.id === id)
  if (!before || before.isLocked) return { ...drawing, gesture: NONE }
  const { left, top, width, height } = box
  const how = before.how === 'kept' ? 'adjusted' : before.how
  const boxes = drawing.boxes.map((one) => (one.id === id ? { ...one, left, top, width, height, how } : one))
  const said = `${before.className}, ${Math.round(width)} by ${Math.round(height)} at ${Math.round(left)}, ${Math.round(top)}`
  return withBoxes({ ...drawing, gesture: NONE }, boxes, step, said)
}

/** Returns the drawing with the selected box moved by so many image pixels. Pure. */
export function moveSelected(drawing: Drawing, by: Point): Drawing {
  const box = selectedBox(drawing)
  return box ? changeBox(drawing, box.id, movedBy(box, by, drawing.image), `move ${box.id}`) : drawing
}

/** Returns the drawing with one side of the selected box moved by so many image pixels. Pure. */
export function moveSide(drawing: Drawing, side: Side, by: number): Drawing {
  const box = selectedBox(drawing)
  if (!box) return drawing
  const moved = withSides(box, { [side]: sideAt(box, side) + by }, drawing.image)
  return changeBox(drawing, box.id, moved, `side ${side} ${box.id}`)
}

/** Returns the drawing without the selected box; the one before it in reading order is not selected in its place. Pure. */
export function removeSelected(drawing: Drawing): Drawing {
  const box = selectedBox(drawing)
  if (!box) return drawing
  if (box.isLocked) return { ...drawing, announcement: 'The box is locked' }
  const boxes = drawing.boxes.filter(({ id }) => id !== box.id)
  return { ...withBoxes(drawing, boxes, undefined, `${box.className} removed`), selected: undefined, gesture: NONE }
}

/** Returns the drawing without any box that is not locked. Pure. */
export function removeAll(drawing: Drawing): Drawing {
  const boxes = drawing.boxes.filter(({ isLocked }) => isLocked)
  const count = drawing.boxes.length - boxes.length
  if (count === 0) return drawing
  return { ...withBoxes(drawing, boxes, undefined, `${count} boxes removed`), selected: undefined, gesture: NONE }
}

/**
 * Returns the drawing with another class for the next box, and for the selected box if it was selected by its worker, or if
 * that is asked for. Pure.
 */
export function chooseClass(drawing: Drawing, className: string, isForSelected = drawing.isChosen): Drawing {
  if (!drawing.classNames.includes(className)) return drawing
  const chosen = { ...drawing, className, announcement: className }
  const box = selectedBox(drawing)
  if (!box || !isForSelected || drawing.isReadOnly || box.isLocked || box.className === className) return chosen
  const how = box.how === 'kept' ? 'adjusted' : box.how
  const boxes = drawing.boxes.map((one) => (one.id === box.id ? { ...one, className, how } : one))
  return withBoxes(chosen, boxes, undefined, `Now ${className}`)
}

/** Returns the drawing with a box selected, or none. Pure. */
export const select = (drawing: Drawing, id: number | undefined): Drawing => ({
  ...drawing,
  selected: id,
  isChosen: id !== undefined,
  lastChange: undefined,
})

/** Returns the drawing with the next box selected in reading order. Pure. */
export function selectNext(drawing: Drawing, step: 1 | -1): Drawing {
  const order = inReadingOrder(drawing.boxes)
  const at = order.findIndex(({ id }) => id === drawing.selected)
  const next = at < 0 ? order.at(step > 0 ? 0 : -1) : order.at((at + step + order.length) % order.length)
  return next ? select(drawing, next.id) : drawing
}

/** Returns the drawing with the box selected that lies beneath the selected one at the pointer, from small to large. Pure. */
export function selectBeneath(drawing: Drawing): Drawing {
  const { pointer, viewport } = drawing
  if (!pointer) return selectNext(drawing, 1)
  const under = boxesUnder(drawing, toScreen(viewport, pointer))
  const next = under[(under.findIndex(({ id }) => id === drawing.selected) + 1) % Math.max(1, under.length)]
  return next ? select(drawing, next.id) : { ...drawing, announcement: 'No box here' }
}

/** Returns the drawing with the selected box locked, or free again. Pure. */
export function toggleLock(drawing: Drawing): Drawing {
  const box = selectedBox(drawing)
  if (!box) return drawing
  const boxes = drawing.boxes.map((one) => (one.id === box.id ? { ...one, isLocked: !one.isLocked } : one))
  return withBoxes(drawing, boxes, undefined, box.isLocked ? 'Unlocked' : 'Locked')
}

/** Returns the drawing that remembers the selected box, for this image or a later one. Pure. */
export function copySelected(drawing: Drawing): Drawing {
  const box = selectedBox(drawing)
  return box ? { ...drawing, copied: box, announcement: `${box.className} copied` } : drawing
}

/** Returns the drawing with the copied box around the pointer, or a bit beside its place. Pure. */
export function paste(drawing: Drawing): Drawing {
  const { copied, image, pointer, viewport } = drawing
  if (!copied) return { ...drawing, announcement: 'No box was copied' }
  const beside = 12 / viewport.scale
  const by = pointer
    ? { x: pointer.x - copied.left - copied.width / 2, y: pointer.y - copied.top - copied.height / 2 }
    : { x: beside, y: beside }
  const className = drawing.classNames.includes(copied.className) ? copied.className : drawing.className
  const added = addBox({ ...drawing, className }, movedBy(copied, by, image), 'copied')
  return { ...added, className: drawing.className }
}
