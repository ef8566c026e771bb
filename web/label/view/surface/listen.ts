import type { PointerType } from '../../drawing/drawing.ts'
import type { DrawingEvent } from '../../drawing/reduce.ts'

/** CSS pixels of a line, for wheels that count lines. */
const LINE_PIXELS = 33

/** Sends the pointers and wheel of an element as events of the drawing. */
export function listenToPointers(element: HTMLElement, send: (event: DrawingEvent) => void): void {
  // Measuring with each move would make the browser lay out the page each time.
  let corner = element.getBoundingClientRect()
  const measure = (): void => {
    corner = element.getBoundingClientRect()
  }
  const toPlace = ({ clientX, clientY }: MouseEvent) => ({ x: clientX - corner.left, y: clientY - corner.top })
  new ResizeObserver(measure).observe(element)
  element.addEventListener('pointerenter', measure)
  const toInput = (event: PointerEvent) => ({
    pointerId: event.pointerId,
    at: toPlace(event),
    pointerType: (event.pointerType === 'touch' || event.pointerType === 'pen'
      ? event.pointerType
      : 'mouse') as PointerType,
    button: event.button,
    isAlt: event.altKey,
  })
  element.addEventListener('pointerdown', (event) => {
    // The pointer may leave the surface while it is held down.
    element.setPointerCapture(event.pointerId)
    measure()
    element.focus({ preventScroll: true })
    event.preventDefault()
    send({ type: 'down', ...toInput(event) })
  })
  element.addEventListener('pointermove', (event) => send({ type: 'move', ...toInput(event) }))
  element.addEventListener('pointerup', (event) => send({ type: 'up', ...toInput(event) }))
  element.addEventListener('pointercancel', () => send({ type: 'cancel' }))
  element.addEventListener('pointerleave', () => send({ type: 'leave' }))
  element.addEventListener('contextmenu', (event) => event.preventDefault())
  const onWheel = (event: WheelEvent): void => {
    event.preventDefault()
    measure()
    const unit = event.deltaMode === WheelEvent.DOM_DELTA_LINE ? LINE_PIXELS : 1
    const by = { x: event.deltaX * unit, y: event.deltaY * unit }
    // Shift scrolls sideways; a touchpad that scrolls sideways pans.
    const isZoom = event.ctrlKey || (!event.shiftKey && event.deltaX === 0)
    // Pinching on a touchpad sends small steps.
    const factor = event.ctrlKey ? 5 : 1
    send({ type: 'wheel', at: toPlace(event), by: { x: by.x, y: factor * by.y }, isZoom })
  }
  element.addEventListener('wheel', onWheel, { passive: false })
}
