import { type Box, clamp, type Point, type Size } from './geometry.ts'

/** How the image lies on the surface: screen = scale × image + offset, in CSS pixels from the surface's top left. */
export interface Viewport {
  readonly scale: number
  readonly x: number
  readonly y: number
}

/** Space that stays free around a fitted image, in CSS pixels: handles at its edges can be taken hold of. */
const MARGIN_PIXELS = 24
const MAX_SCALE = 64
/** Of the scale at which the image fits. */
const MIN_SCALE_SHARE = 0.5

export const toScreen = ({ scale, x, y }: Viewport, point: Point): Point => ({
  x: scale * point.x + x,
  y: scale * point.y + y,
})

export const toImage = ({ scale, x, y }: Viewport, point: Point): Point => ({
  x: (point.x - x) / scale,
  y: (point.y - y) / scale,
})

/** Returns where a box of the image is on the surface. Pure. */
export const boxOnScreen = ({ scale, x, y }: Viewport, { left, top, width, height }: Box): Box => ({
  left: scale * left + x,
  top: scale * top + y,
  width: scale * width,
  height: scale * height,
})

/** Returns the viewport that shows the whole image in the middle, no larger than the surface. Pure. */
export function fitImage(image: Size, surface: Size): Viewport {
  const width = Math.max(1, surface.width - 2 * MARGIN_PIXELS)
  const height = Math.max(1, surface.height - 2 * MARGIN_PIXELS)
  const scale = Math.min(width / image.width, height / image.height, MAX_SCALE)
  return centered(image, surface, scale)
}

/** Returns the viewport that shows the middle of the image at a scale. Pure. */
const centered = (image: Size, surface: Size, scale: number): Viewport => ({
  scale,
  x: (surface.width - scale * image.width) / 2,
  y: (surface.height - scale * image.height) / 2,
})

/** Returns the viewport with another scale, in which the given place of the surface shows the same place of the image. Pure. */
export function zoomAt(viewport: Viewport, at: Point, factor: number, image: Size, surface: Size): Viewport {
  const smallest = MIN_SCALE_SHARE * fitImage(image, surface).scale
  const scale = clamp(viewport.scale * factor, Math.min(smallest, viewport.scale), MAX_SCALE)
  const ratio = scale / viewport.scale
  return keepInSight(
    { scale, x: at.x - ratio * (at.x - viewport.x), y: at.y - ratio * (at.y - viewport.y) },
    image,
    surface,
  )
}

export const panBy = (viewport: Viewport, by: Point, image: Size, surface: Size): Viewport =>
  keepInSight({ ...viewport, x: viewport.x + by.x, y: viewport.y + by.y }, image, surface)

/** Returns the viewport with at least some of the image on the surface. Pure. */
function keepInSight({ scale, x, y }: Viewport, image: Size, surface: Size): Viewport {
  const seen = 40
  return {
    scale,
    x: clamp(x, seen - scale * image.width, surface.width - seen),
    y: clamp(y, seen - scale * image.height, surface.height - seen),
  }
}
