import type { Drawing } from '../../drawing/drawing.ts'
import { toScreen } from '../../drawing/viewport.ts'

/** In CSS pixels. */
const SIZE = 128
const ABOVE_FINGER = 40
const ENLARGEMENT = 2

/** Shows enlarged, beside a finger, what the finger hides. */
export function createLoupe(): {
  readonly element: HTMLElement
  show(drawing: Drawing, image: HTMLImageElement | undefined): void
} {
  const element = document.createElement('div')
  element.className = 'loupe'
  element.ariaHidden = 'true'
  const picture = new Image()
  picture.className = 'stored'
  picture.crossOrigin = 'anonymous'
  picture.alt = ''
  element.append(picture)
  return {
    element,
    show: (drawing, image) => {
      const { gesture, pointer, pointerType, surface, viewport, down } = drawing
      const isAiming =
        gesture.kind === 'press' ||
        gesture.kind === 'corners' ||
        gesture.kind === 'change' ||
        gesture.kind === 'extremes'
      const isShown =
        pointerType === 'touch' && down.size === 1 && isAiming && pointer !== undefined && image !== undefined
      element.classList.toggle('shown', isShown)
      if (!isShown) return
      if (picture.src !== image.src) picture.src = image.src
      const finger = toScreen(viewport, pointer)
      const isAbove = finger.y - ABOVE_FINGER - SIZE > 0
      const top = isAbove ? finger.y - ABOVE_FINGER - SIZE : finger.y + ABOVE_FINGER
      const left = Math.min(Math.max(0, finger.x - SIZE / 2), surface.width - SIZE)
      element.style.transform = `translate(${left}px, ${top}px)`
      const scale = ENLARGEMENT * viewport.scale
      picture.style.width = `${drawing.image.width}px`
      picture.style.height = `${drawing.image.height}px`
      picture.style.transform = `translate(${SIZE / 2 - scale * pointer.x}px, ${SIZE / 2 - scale * pointer.y}px) scale(${scale})`
    },
  }
}
