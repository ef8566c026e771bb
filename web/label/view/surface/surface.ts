import { render } from 'lit-html'
import { toCursor } from '../../drawing/cursor.ts'
import type { Drawing } from '../../drawing/drawing.ts'
import type { DrawingEvent } from '../../drawing/reduce.ts'
import { toScreen } from '../../drawing/viewport.ts'
import type { Settings } from '../../page/state.ts'
import type { Item } from '../../work/block.ts'
import { createBoxLayer, renderTruth, setAttributes } from './boxes.ts'
import { listenToPointers } from './listen.ts'
import { createLoupe } from './loupe.ts'
import { renderUnfinished } from './unfinished.ts'

/** The surface: the image, and above it the boxes. It is drawn by itself, because it changes with each move of a pointer. */
export interface Surface {
  readonly element: HTMLElement
  /** Shows a drawing on its image; without one, only the frame of the image. */
  show(drawing: Drawing | undefined, image: HTMLImageElement | undefined, settings: Settings, item?: Item): void
  focus(): void
}

const SVG = 'http://www.w3.org/2000/svg'

/** Creates the surface, which sends what happens on it. */
export function createSurface(send: (event: DrawingEvent) => void): Surface {
  const element = document.createElement('div')
  element.className = 'surface'
  element.tabIndex = 0
  element.setAttribute('role', 'application')
  element.setAttribute('aria-roledescription', 'drawing surface')
  element.setAttribute('aria-label', 'Image')
  const stage = document.createElement('div')
  stage.className = 'stage'
  const overlay = document.createElementNS(SVG, 'svg')
  const [truth, boxes, band] = ['truth', '', ''].map((name) => {
    const layer = document.createElementNS(SVG, 'g')
    if (name !== '') layer.setAttribute('class', name)
    return layer
  }) as [SVGGElement, SVGGElement, SVGGElement]
  const lines = [document.createElementNS(SVG, 'line'), document.createElementNS(SVG, 'line')] as const
  for (const line of lines) line.setAttribute('class', 'crosshair')
  overlay.append(...lines, boxes, truth, band)
  const loupe = createLoupe()
  element.append(stage, overlay, loupe.element)

  listenToPointers(element, send)
  const showBoxes = createBoxLayer(boxes, (id) => send({ type: 'command', do: 'select', id }))
  const measure = (): void => {
    const { clientWidth: width, clientHeight: height } = element
    if (width > 0 && height > 0) send({ type: 'resize', surface: { width, height } })
  }
  new ResizeObserver(measure).observe(element)

  let shown: Drawing | undefined
  let image: HTMLImageElement | undefined
  return {
    element,
    focus: () => element.focus({ preventScroll: true }),
    show: (drawing, given, { hasCrosshair, brightness, contrast }, item) => {
      if (given !== image) {
        stage.replaceChildren(...(given ? [given] : []))
        image = given
      }
      overlay.style.display = drawing ? '' : 'none'
      if (!drawing) {
        shown = undefined
        return
      }
      if (drawing.surface.width === 0) measure()
      const { image: size, viewport } = drawing
      stage.style.width = `${size.width}px`
      stage.style.height = `${size.height}px`
      stage.style.transform = `translate(${viewport.x}px, ${viewport.y}px) scale(${viewport.scale})`
      stage.classList.toggle('pixelated', viewport.scale >= 4)
      stage.style.filter =
        brightness === 100 && contrast === 100 ? '' : `brightness(${brightness}%) contrast(${contrast}%)`
      if (!shown || areBoxesNew(shown, drawing)) showBoxes(drawing)
      render(renderTruth(drawing, item), truth)
      render(renderUnfinished(drawing), band)
      showCrosshair(lines, drawing, hasCrosshair)
      loupe.show(drawing, image)
      element.dataset.cursor = toCursor(drawing)
      shown = drawing
    },
  }
}

/** Whether the boxes look otherwise than before; the pointer alone changes nothing. */
const areBoxesNew = (before: Drawing, now: Drawing): boolean =>
  before.boxes !== now.boxes ||
  before.viewport !== now.viewport ||
  before.selected !== now.selected ||
  before.areBoxesHidden !== now.areBoxesHidden ||
  (before.gesture !== now.gesture && (before.gesture.kind === 'change' || now.gesture.kind === 'change'))

function showCrosshair(lines: readonly [Element, Element], drawing: Drawing, isOn: boolean): void {
  const { pointer, pointerType, surface, viewport, isReadOnly } = drawing
  const isShown = isOn && pointer !== undefined && pointerType !== 'touch' && !isReadOnly
  const { x, y } = toScreen(viewport, pointer ?? { x: 0, y: 0 })
  const [across, along] = lines
  for (const line of lines) line.classList.toggle('shown', isShown)
  if (!isShown) return
  setAttributes(across, { x1: 0, y1: y, x2: surface.width, y2: y })
  setAttributes(along, { x1: x, y1: 0, x2: x, y2: surface.height })
}
