import type { Drawing } from './drawing.ts'
import type { Side } from './geometry.ts'
import { findHit } from './hit.ts'
import { toScreen } from './viewport.ts'

/** What the cursor tells of a press at its place: names of `data-cursor` in the style of the surface. */
export type Cursor = 'draw' | 'select' | 'move' | 'look' | 'pan' | 'hand' | 'ew' | 'ns' | 'nwse' | 'nesw'

/** Returns the cursor that tells what a press would do where the pointer is. Pure. */
export function toCursor(drawing: Drawing): Cursor {
  const { gesture, isPanning, isReadOnly, pointer, pointerType, viewport } = drawing
  if (gesture.kind === 'pan') return 'pan'
  if (isPanning) return 'hand'
  if (isReadOnly) return 'look'
  if (gesture.kind === 'change') return gesture.sides.length > 0 ? toSideCursor(gesture.sides) : 'move'
  const isIdle = gesture.kind === 'none' && pointer !== undefined
  const found = isIdle ? findHit(drawing, toScreen(viewport, pointer), pointerType) : undefined
  const hit = gesture.kind === 'press' ? gesture.hit : found
  if (!hit || hit.on === 'image') return 'draw'
  if (!hit.isGrip) return 'select'
  return hit.on === 'tag' ? 'move' : toSideCursor(hit.sides)
}

function toSideCursor(sides: readonly Side[]): Cursor {
  const [across, along] = [sides.some((side) => side === 'left' || side === 'right'), sides.length > 1]
  if (!along) return across ? 'ew' : 'ns'
  return sides.includes('left') === sides.includes('top') ? 'nwse' : 'nesw'
}
