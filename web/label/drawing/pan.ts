import type { Drawing, Gesture } from './drawing.ts'
import { distance, middleOf, type Point } from './geometry.ts'
import { panBy, zoomAt } from './viewport.ts'

type Pan = Gesture & { kind: 'pan' }

export const startPan = (surface: Point): Pan => ({ kind: 'pan', surface, hasMoved: false })

/** Returns the drawing with its image moved to where the pointer is now, in CSS pixels of the surface. Pure. */
export function pan(drawing: Drawing, gesture: Pan, at: Point): Drawing {
  const { image, surface, viewport } = drawing
  const by = { x: at.x - gesture.surface.x, y: at.y - gesture.surface.y }
  const panned = panBy(viewport, by, image, surface)
  return { ...drawing, viewport: panned, isFitted: false, gesture: { kind: 'pan', surface: at, hasMoved: true } }
}

/** Returns the drawing after the image was let go. A click with the hand brings its place to the middle: nobody has to drag (WCAG 2.5.7). Pure. */
export function endPan(drawing: Drawing, { hasMoved }: Pan, at: Point): Drawing {
  const idle: Drawing = { ...drawing, gesture: { kind: 'none' } }
  const { image, isPanning, surface, viewport } = drawing
  if (hasMoved || !isPanning) return idle
  const by = { x: surface.width / 2 - at.x, y: surface.height / 2 - at.y }
  return { ...idle, viewport: panBy(viewport, by, image, surface), isFitted: false }
}

/** Returns the drawing zoomed and moved with two fingers. Pure. */
export function pinch(drawing: Drawing, { fingers }: Gesture & { kind: 'pinch' }): Drawing {
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
