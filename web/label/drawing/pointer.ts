import type { Drawing, Gesture, Hit, PointerType } from './drawing.ts'
import { addBoxAround, changeBox, select } from './edit-boxes.ts'
import {
  type Box,
  boxAround,
  clampPoint,
  distance,
  middleOf,
  movedBy,
  type Point,
  sideAt,
  withSides,
} from './geometry.ts'
import { findHit } from './hit.ts'
import { panBy, toImage, zoomAt } from './viewport.ts'

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
const NONE: Gesture = { kind: 'none' }

/** Returns the drawing after a pointer was pressed. Pure. */
export function pointerDown(drawing: Drawing, input: PointerInput): Drawing {
  const { at, button, pointerType } = input
  const down = new Map(drawing.down).set(input.pointerId, at)
  const pressed = { ...drawing, down, pointerType, pointer: toImage(drawing.viewport, at) }
  // Two fingers zoom, whatever the first one had begun.
  if (pointerType === 'touch' && down.size === 2) return { ...pressed, gesture: { kind: 'pinch', fingers: down } }
  if (button === 1 || drawing.isPanning) return { ...pressed, gesture: { kind: 'pan', surface: at } }
  if (button !== 0 || down.size > 2) return pressed
  if (drawing.isReadOnly) return { ...pressed, gesture: { kind: 'pan', surface: at } }
  if (isBetweenClicks(drawing.gesture)) return pressed
  const hit = input.isAlt ? toMove(drawing, findHit(drawing, at, pointerType)) : findHit(drawing, at, pointerType)
  return { ...pressed, gesture: { kind: 'press', at: pressed.pointer, surface: at, hit } }
}

/** With Alt, the selected box is moved wherever it is pressed. */
const toMove = ({ selected }: Drawing, hit: Hit): Hit => (selected === undefined ? hit : { on: 'tag', id: selected })

/** Returns the drawing after a pointer was moved, held down or not. Pure. */
export function pointerMove(drawing: Drawing, { at, pointerId, pointerType }: PointerInput): Drawing {
  const { gesture, image, surface, viewport } = drawing
  const down = drawing.down.has(pointerId) ? new Map(drawing.down).set(pointerId, at) : drawing.down
  const moved = { ...drawing, down, pointerType, pointer: toImage(viewport, at) }
  if (gesture.kind === 'pinch') return pinch(moved, gesture)
  if (gesture.kind === 'pan' && down.has(pointerId)) {
    const by = { x: at.x - gesture.surface.x, y: at.y - gesture.surface.y }
    const panned = panBy(viewport, by, image, surface)
    return { ...moved, viewport: panned, isFitted: false, gesture: { kind: 'pan', surface: at } }
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
  if (!box || box.id !== drawing.selected) return { kind: 'corners', from: at, how: 'drag' }
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
  if (gesture.kind === 'pan') return { ...released, gesture: NONE }
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
  if (box.id !== drawing.selected || box.isLocked) return { ...select(drawing, box.id), gesture: NONE }
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
  if (gesture.kind === 'corners') return addBoxAround(drawing, [gesture.from, pointer], gesture.how)
  if (gesture.kind === 'extremes') {
    const points = [...gesture.points, clampPoint(pointer, drawing.image)]
    if (points.length === 4) return addBoxAround(drawing, points, 'extreme-points')
    return { ...drawing, gesture: { kind: 'extremes', points }, announcement: `${4 - points.length} more points` }
  }
  if (gesture.kind === 'change') return changeBox(drawing, gesture.id, changedBox(drawing, gesture, pointer))
  return drawing
}

const isBetweenClicks = ({ kind }: Gesture): boolean =>
  kind === 'corners' || kind === 'extremes' || kind === 'change' || kind === 'sides'

/** Returns the box that follows the pointer, as it is now. Pure. */
export function changedBox({ image }: Drawing, gesture: Gesture & { kind: 'change' }, pointer: Point): Box {
  const { origin, from, sides } = gesture
  const by = { x: pointer.x - from.x, y: pointer.y - from.y }
  if (sides.length === 0) return movedBy(origin, by, image)
  const places = sides.map((side) => {
    const offset = side === 'left' || side === 'right' ? by.x : by.y
    return [side, sideAt(origin, side) + offset]
  })
  return withSides(origin, Object.fromEntries(places), image)
}

/** Returns the box that would be made of what was begun, with the pointer as its next point; undefined if there is none. Pure. */
export function unfinishedBox({ gesture, image, pointer }: Drawing): Box | undefined {
  const points = pointer ? [clampPoint(pointer, image)] : []
  if (gesture.kind === 'corners') return boxAround([clampPoint(gesture.from, image), ...points])
  if (gesture.kind === 'extremes') return boxAround([...gesture.points, ...points])
  return undefined
}

function pinch(drawing: Drawing, { fingers }: Gesture & { kind: 'pinch' }): Drawing {
  const [before, after] = [[...fingers.values()], [...drawing.down.values()]]
  const [first, second] = before
  const [firstNow, secondNow] = after
  if (!first || !second || !firstNow || !secondNow) return drawing
  const { image, surface } = drawing
  const from = middleOf(first, second)
  const to = middleOf(firstNow, secondNow)
  const factor = distance(firstNow, secondNow) / Math.max(1, distance(first, second))
  const zoomed = zoomAt(drawing.viewport, from, factor, image, surface)
  const viewport = panBy(zoomed, { x: to.x - from.x, y: to.y - from.y }, image, surface)
  return { ...drawing, viewport, isFitted: false, gesture: { kind: 'pinch', fingers: drawing.down } }
}
