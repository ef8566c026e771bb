import { html, nothing, render, svg, type TemplateResult } from 'lit-html'
import { describeBox, inReadingOrder } from '../../drawing/describe-box.ts'
import type { Drawing, DrawnBox } from '../../drawing/drawing.ts'
import { type Box, sideAt } from '../../drawing/geometry.ts'
import { TAG, tagOnScreen } from '../../drawing/hit.ts'
import { boxOnScreen } from '../../drawing/viewport.ts'
import type { Item } from '../../work/block.ts'

/** How many colors there are; classes beyond them have the same ones, and are told apart by their numbers. */
const COLORS = 10

export const colorClass = (classNames: readonly string[], className: string): string =>
  `k${Math.max(0, classNames.indexOf(className)) % COLORS}`

/** A handle in CSS pixels. What can be taken hold of is larger: see `drawing/hit.ts`. */
const HANDLE_PIXELS = 9

/**
 * Creates what shows the boxes of a drawing in a layer, in reading order, so that Tab goes from one to the next. Each box has
 * an element of its own, which keeps the focus wherever the box goes.
 */
export function createBoxLayer(layer: SVGGElement, onSelect: (id: number) => void): (drawing: Drawing) => void {
  const elements = new Map<number, SVGGElement>()
  let isMoving = false
  const create = (id: number): SVGGElement => {
    const element = document.createElementNS('http://www.w3.org/2000/svg', 'g')
    setAttributes(element, { 'data-id': id, tabindex: 0, role: 'button' })
    element.addEventListener('focus', () => !isMoving && onSelect(id))
    elements.set(id, element)
    return element
  }
  return (drawing) => {
    const order = drawing.areBoxesHidden ? [] : inReadingOrder(drawing.boxes)
    const ids = new Set(order.map(({ id }) => id))
    for (const [id, element] of elements)
      if (!ids.has(id)) {
        element.remove()
        elements.delete(id)
      }
    const focused = document.activeElement
    order.forEach((box, index) => {
      const element = elements.get(box.id) ?? create(box.id)
      showBox(element, drawing, box, describeBox(box, index + 1, order.length))
      const { [index]: there } = layer.children
      if (there !== element) layer.insertBefore(element, there ?? null)
    })
    // An element that is moved loses it.
    isMoving = true
    if (focused instanceof SVGElement && layer.contains(focused)) focused.focus({ preventScroll: true })
    isMoving = false
  }
}

function showBox(element: SVGGElement, drawing: Drawing, box: DrawnBox, name: string): void {
  const { gesture, viewport, classNames, selected } = drawing
  const isSelected = box.id === selected
  // While it follows the pointer, it is rendered there.
  const isChanging = gesture.kind === 'change' && gesture.id === box.id
  const screen = boxOnScreen(viewport, box)
  const classes = ['box', colorClass(classNames, box.className), isSelected && 'selected', isChanging && 'faint']
  setAttributes(element, { class: classes.filter(Boolean).join(' '), 'aria-label': name, 'aria-pressed': isSelected })
  const content = svg`${renderOutline(screen)}
    ${renderTag(screen, String(classNames.indexOf(box.className) + 1), box.isLocked === true)}
    ${isSelected && !box.isLocked && !isChanging ? renderHandles(screen) : nothing}`
  render(content, element)
}

export function setAttributes(element: Element, attributes: Readonly<Record<string, string | number | boolean>>): void {
  for (const [name, value] of Object.entries(attributes)) element.setAttribute(name, String(value))
}

/** Two lines, a dark and a colored one, can be seen on any image. */
export const renderOutline = ({ left, top, width, height }: Box): TemplateResult => svg`
  <rect class="halo" x=${left} y=${top} width=${width} height=${height}></rect>
  <rect class="line" x=${left} y=${top} width=${width} height=${height}></rect>`

function renderTag(screen: Box, text: string, isLocked: boolean): TemplateResult {
  const { left, top } = tagOnScreen(screen)
  return svg`<rect class="tag" x=${left} y=${top} width=${TAG.width} height=${TAG.height}></rect>
    <text x=${left + TAG.width / 2} y=${top + 15}>${text}${isLocked ? '∎' : ''}</text>`
}

function renderHandles(screen: Box): TemplateResult[] {
  const half = HANDLE_PIXELS / 2
  const [left, top] = [sideAt(screen, 'left'), sideAt(screen, 'top')]
  const [right, bottom] = [sideAt(screen, 'right'), sideAt(screen, 'bottom')]
  const [middle, center] = [(left + right) / 2, (top + bottom) / 2]
  const corners = [left, right].flatMap((x) => [top, bottom].map((y) => ({ x, y })))
  const sides = [
    { x: middle, y: top },
    { x: middle, y: bottom },
    { x: left, y: center },
    { x: right, y: center },
  ]
  return [...corners, ...sides].map(
    ({ x, y }) =>
      svg`<rect class="handle" x=${x - half} y=${y - half} width=${HANDLE_PIXELS} height=${HANDLE_PIXELS}></rect>`,
  )
}

/** Renders what is known to be right about a practice image. */
export const renderTruth = ({ viewport, classNames }: Drawing, item: Item | undefined): TemplateResult =>
  svg`${(item?.truth?.boxes ?? []).map((box) => {
    const screen = boxOnScreen(viewport, box)
    return svg`<g class="box ${colorClass(classNames, box.className)}">
      ${renderOutline(screen)} ${renderTag(screen, String(classNames.indexOf(box.className) + 1), false)}
    </g>`
  })}`

/** Renders boxes that can only be looked at, in fractions of a picture of any size: readings, and what is right. */
export const renderStill = (
  boxes: readonly (Box & { readonly className: string })[],
  classNames: readonly string[],
  { width, height }: { readonly width: number; readonly height: number },
): TemplateResult => html`<svg class="still" viewBox="0 0 ${width} ${height}" preserveAspectRatio="none" aria-hidden="true">
  ${boxes.map((box) => svg`<g class="box ${colorClass(classNames, box.className)}">${renderOutline(box)}</g>`)}
</svg>`
