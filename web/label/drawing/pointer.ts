import type { Drawing, Gesture, Hit, PointerType } from './drawing.ts'
import { addBoxAround, changeBox, MIN_SCREEN_PIXELS, select } from './edit-boxes.ts'
import { type Box, boxAround, clampPoint, distance, movedBy, type Point, sideAt, withSides } from './geometry.ts'
import { boxesUnder, findHit } from './hit.ts'
import { endPan, pan, pinch, startPan } from './pan.ts'
import { toImage, toScreen } from './viewport.ts'

/** A pointer event. Places are in CSS pixels from the top left of the surface. */
export interface PointerInput {
  readonly pointerId: number
  readonly at: Point
  readonly pointerType: PointerType
  /** 0 for the main button or a finger, 1 for the middle one. */
  readonly button: number
  /** Whether the Alt key is held: then a press inside of a box moves it. */
  readonly isAlt: boolean
}

/** A press that moves less, in CSS pixels, is a click. */
const CLICK_PIXELS: Readonly<Record<PointerType, number>> = { mouse: 3, pen: 5, touch: 8 }
/**
 * A press after a first click that moves at least this much, in CSS pixels, is a drag of its own: the click before was not
 * meant to begin a box. Less than that is a finger that looks for the second corner.
 */
const FRESH_DRAG_PIXELS: Readonly<Record<PointerType, number>> = { mouse: 8, pen: 16, touch: 48 }
const NONE: Gesture = { kind: 'none' }

/** Returns the drawing after a pointer was pressed. Pure. */
export function pointerDown(drawing: Drawing, input: PointerInput): Drawing {
  const { at, button, pointerType } = input
  const down = new Map(drawing.down).set(input.pointerId, at)
  const pressed = { ...drawing, down, pointerType, pointer: toImage(drawing.viewport, at) }
  // Two fingers zoom, whatever the first one had begun.
  if (pointerType === 'touch' && down.size === 2) return { ...pressed, gesture: { kind: 'pinch', fingers: down } }
  if (button === 1 || drawing.isPanning) return { ...pressed, gesture: startPan(at) }
  if (button !== 0 || down.size > 2) return pressed
  if (drawing.isReadOnly) return { ...pressed, gesture: startPan(at) }
  const { gesture } = drawing
  if (gesture.kind === 'corners')
    return { ...pressed, gesture: { ...gesture, press: { at: pressed.pointer, surface: at } } }
  if (isBetweenClicks(gesture)) return pressed
  const hit = input.isAlt ? toMove(drawing, findHit(drawing, at, pointerType)) : findHit(drawing, at, pointerType)
  return { ...pressed, gesture: { kind: 'press', at: pressed.pointer, surface: at, hit } }
}

/** With Alt, the selected box is moved wherever it is pressed. */
const toMove = ({ selected }: Drawing, hit: Hit): Hit =>
  selected === undefined ? hit : { on: 'tag', id: selected, isGrip: true }

/** Returns the drawing after a pointer was moved, held down or not. Pure. */
export function pointerMove(drawing: Drawing, { at, pointerId, pointerType }: PointerInput): Drawing {
  const { gesture, viewport } = drawing
  const down = drawing.down.has(pointerId) ? new Map(drawing.down).set(pointerId, at) : drawing.down
  const moved = { ...drawing, down, pointerType, pointer: toImage(viewport, at) }
  if (gesture.kind === 'pinch') return pinch(moved, gesture)
  if (gesture.kind === 'pan' && down.has(pointerId)) return pan(moved, gesture, at)
  if (gesture.kind === 'corners' && gesture.how === 'clicks' && gesture.press && down.has(pointerId)) {
    const { press } = gesture
    if (distance(press.surface, at) < FRESH_DRAG_PIXELS[pointerType]) return moved
    return { ...moved, gesture: { kind: 'corners', from: press.at, how: 'drag' } }
  }
  if (gesture.kind !== 'press' || !down.has(pointerId)) return moved
  if (distance(gesture.surface, at) < CLICK_PIXELS[pointerType]) return moved
  return { ...moved, gesture: toDrag(drawing, gesture) }
}

/** What a press becomes once it moves: a change of the selected box, or a new box from where it began. */
function toDrag(drawing: Drawing, { at, hit }: Gesture & { kind: 'press' }): Gesture {
  const box = hit.on === 'image' ? undefined : drawing.boxes.find(({ id }) => id === hit.id)
  // A locked box that is selected was meant, and stays.
  if (box?.isLocked && box.id === drawing.selected) return NONE
  // The sides of other boxes do not stop anyone from drawing next to them.
  if (!box || hit.on === 'image' || !hit.isGrip) return { kind: 'corners', from: at, how: 'drag' }
  return { kind: 'change', id: box.id, origin: box, from: at, sides: hit.on === 'sides' ? hit.sides : [], isHeld: true }
}

/** Returns the drawing after a pointer was released. Pure. */
export function pointerUp(drawing: Drawing, { at, pointerId, pointerType }: PointerInput): Drawing {
  const down = new Map(drawing.down)
  const wasDown = down.delete(pointerId)
  const pointer = toImage(drawing.viewport, at)
  const released = { ...drawing, down, pointer, pointerType }
  const { gesture } = drawing
  if (!wasDown) return released
  if (gesture.kind === 'pinch') return { ...released, gesture: down.size > 0 ? gesture : NONE }
  if (gesture.kind === 'pan') return endPan(released, gesture, at)
  if (gesture.kind === 'press') return click(released, gesture)
  return finish(released, pointer)
}

/** Returns the drawing without what the pointers had begun, such as when the system takes them away. Pure. */
export const pointerCancel = (drawing: Drawing): Drawing => ({ ...drawing, down: new Map(), gesture: NONE })

/** A click selects a box by its tag or its side, takes hold of a side of the selected box, or begins a new box. */
function click(drawing: Drawing, { at, hit }: Gesture & { kind: 'press' }): Drawing {
  if (hit.on === 'image') {
    const gesture: Gesture =
      drawing.clickStyle === 'corners'
        ? { kind: 'corners', from: clampPoint(at, drawing.image), how: 'clicks' }
        : { kind: 'extremes', points: [clampPoint(at, drawing.image)] }
    return { ...drawing, gesture, selected: undefined, isChosen: false }
  }
  const box = drawing.boxes.find(({ id }) => id === hit.id)
  if (!box) return { ...drawing, gesture: NONE }
  if (!hit.isGrip || box.isLocked) return { ...select(drawing, box.id), gesture: NONE }
  const sides = hit.on === 'sides' ? hit.sides : []
  return {
    ...drawing,
    gesture: { kind: 'change', id: box.id, origin: box, from: at, sides, isHeld: false },
    isChosen: true,
  }
}

/** Ends what follows the pointer, at its place. */
function finish(drawing: Drawing, pointer: Point): Drawing {
  const { gesture } = drawing
  if (gesture.kind === 'corners') {
    const [under] = isDoubleClick(drawing, gesture, pointer)
      ? boxesUnder(drawing, toScreen(drawing.viewport, pointer))
      : []
    if (under) return { ...select(drawing, under.id), gesture: NONE }
    return addBoxAround(drawing, [gesture.from, pointer], gesture.how)
  }
  if (gesture.kind === 'extremes') {
    const points = [...gesture.points, clampPoint(pointer, drawing.image)]
    if (points.length === 4) return addBoxAround(drawing, points, 'extreme-points')
    return { ...drawing, gesture: { kind: 'extremes', points } }
  }
  if (gesture.kind === 'change') return changeBox(drawing, gesture.id, changedBox(drawing, gesture, pointer))
  return drawing
}

/** Two clicks on one place make no box: they select the smallest box there. */
const isDoubleClick = (
  { pointerType, viewport }: Drawing,
  { from, how }: Gesture & { kind: 'corners' },
  pointer: Point,
): boolean => how === 'clicks' && viewport.scale * distance(from, pointer) < CLICK_PIXELS[pointerType]

const isBetweenClicks = ({ kind }: Gesture): boolean =>
  kind === 'corners' || kind === 'extremes' || kind === 'change' || kind === 'sides'

/** Returns the box that follows the pointer, as it is now. Pure. */
export function changedBox({ image, viewport }: Drawing, gesture: Gesture & { kind: 'change' }, pointer: Point): Box {
  const { origin, from, sides } = gesture
  const by = { x: pointer.x - from.x, y: pointer.y - from.y }
  if (sides.length === 0) return movedBy(origin, by, image)
  const places = sides.map((side) => {
    const offset = side === 'left' || side === 'right' ? by.x : by.y
    return [side, sideAt(origin, side) + offset]
  })
  // A box that was drawn smaller, while more of it was seen, may stay so.
  const least = Math.min(MIN_SCREEN_PIXELS / viewport.scale, origin.width, origin.height)
  return withSides(origin, Object.fromEntries(places), image, least)
}

/** Returns the box that would be made of what was begun, with the pointer as its next point; undefined if there is none. Pure. */
export function unfinishedBox({ gesture, image, pointer }: Drawing): Box | undefined {
  const points = pointer ? [clampPoint(pointer, image)] : []
  if (gesture.kind === 'corners') return boxAround([clampPoint(gesture.from, image), ...points])
  if (gesture.kind === 'extremes') return boxAround([...gesture.points, ...points])
  return undefined
}
