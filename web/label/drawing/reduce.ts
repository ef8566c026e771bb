import { type Command, runCommand } from './commands.ts'
import type { Drawing } from './drawing.ts'
import type { Point, Size } from './geometry.ts'
import { type PointerInput, pointerCancel, pointerDown, pointerMove, pointerUp } from './pointer.ts'
import { fitImage, panBy, zoomAt } from './viewport.ts'

/** Something that happens on the surface. */
export type DrawingEvent =
  | ({ readonly type: 'down' | 'move' | 'up' } & PointerInput)
  | { readonly type: 'cancel' | 'leave' }
  /** The wheel, in CSS pixels. With `isZoom` it zooms at the pointer, otherwise it pans. */
  | { readonly type: 'wheel'; readonly at: Point; readonly by: Point; readonly isZoom: boolean }
  | { readonly type: 'resize'; readonly surface: Size }
  | { readonly type: 'space'; readonly isDown: boolean }
  | ({ readonly type: 'command' } & Command)

/** Zoom for each CSS pixel of the wheel: a notch of 100 pixels is 22 %. */
const WHEEL_ZOOM = 0.002

/** Returns the drawing after an event. Pure: the same drawing and event give the same result. */
export function reduceDrawing(drawing: Drawing, event: DrawingEvent): Drawing {
  const { image, surface, viewport } = drawing
  switch (event.type) {
    case 'down':
      return pointerDown(drawing, event)
    case 'move':
      return pointerMove(drawing, event)
    case 'up':
      return pointerUp(drawing, event)
    case 'cancel':
      return pointerCancel(drawing)
    case 'leave':
      return { ...drawing, pointer: undefined }
    case 'space':
      return { ...drawing, isPanning: event.isDown }
    case 'command':
      return runCommand(drawing, event)
    case 'wheel': {
      const moved = event.isZoom
        ? zoomAt(viewport, event.at, Math.exp(-WHEEL_ZOOM * event.by.y), image, surface)
        : panBy(viewport, { x: -event.by.x, y: -event.by.y }, image, surface)
      return { ...drawing, viewport: moved, isFitted: false }
    }
    case 'resize':
      return resize(drawing, event.surface)
  }
}

/** A fitted image is fitted again; otherwise the middle of what is shown stays in the middle. */
function resize(drawing: Drawing, surface: Size): Drawing {
  const { image, viewport } = drawing
  if (drawing.isFitted) return { ...drawing, surface, viewport: fitImage(image, surface) }
  const by = { x: (surface.width - drawing.surface.width) / 2, y: (surface.height - drawing.surface.height) / 2 }
  return { ...drawing, surface, viewport: panBy(viewport, by, image, surface) }
}
