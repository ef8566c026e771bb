import { nothing, svg, type TemplateResult } from 'lit-html'
import type { Drawing } from '../../drawing/drawing.ts'
import type { Point } from '../../drawing/geometry.ts'
import { changedBox, unfinishedBox } from '../../drawing/pointer.ts'
import { boxOnScreen, toScreen } from '../../drawing/viewport.ts'
import { colorClass, renderOutline } from './boxes.ts'

/** Renders what is being drawn: the rubber band, the points set so far, or the box that follows the pointer. */
export function renderUnfinished(drawing: Drawing): TemplateResult | typeof nothing {
  const { classNames, className, gesture, pointer, viewport } = drawing
  const color = colorClass(classNames, className)
  if (gesture.kind === 'change' && pointer) {
    const box = boxOnScreen(viewport, changedBox(drawing, gesture, pointer))
    const own = drawing.boxes.find(({ id }) => id === gesture.id)
    return svg`<g class="box selected ${colorClass(classNames, own?.className ?? className)}">${renderOutline(box)}</g>`
  }
  if (gesture.kind === 'sides') return renderSides(drawing, color)
  const box = unfinishedBox(drawing)
  if (!box) return nothing
  const points = gesture.kind === 'extremes' ? gesture.points : []
  return svg`<g class="box band ${color}">
    ${renderOutline(boxOnScreen(viewport, box))}
    ${points.map((point) => renderPoint(toScreen(viewport, point)))}
  </g>`
}

const renderPoint = ({ x, y }: Point): TemplateResult => svg`<circle class="point" cx=${x} cy=${y} r="5"></circle>`

/** Sides that are set reach over the whole surface, until the box is there. */
function renderSides({ gesture, surface, viewport }: Drawing, color: string): TemplateResult {
  const sides = gesture.kind === 'sides' ? Object.entries(gesture.sides) : []
  const lines = sides.map(([side, place]) => {
    const { x, y } = toScreen(viewport, { x: place, y: place })
    return side === 'left' || side === 'right'
      ? svg`<line class="line" x1=${x} x2=${x} y1="0" y2=${surface.height}></line>`
      : svg`<line class="line" x1="0" x2=${surface.width} y1=${y} y2=${y}></line>`
  })
  return svg`<g class="box band ${color}">${lines}</g>`
}
