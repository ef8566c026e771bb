import type { Command } from '../../../../web/label/drawing/commands.ts'
import { type Drawing, startDrawing } from '../../../../web/label/drawing/drawing.ts'
import type { Point } from '../../../../web/label/drawing/geometry.ts'
import { toCommand } from '../../../../web/label/drawing/keys.ts'
import { type DrawingEvent, reduceDrawing } from '../../../../web/label/drawing/reduce.ts'
import { toScreen } from '../../../../web/label/drawing/viewport.ts'

/** A hand at the surface: places are those of the image. */
export interface Hand {
  drawing(): Drawing
  send(event: DrawingEvent): void
  down(at: Point, options?: { alt?: boolean; touch?: boolean; id?: number }): void
  move(at: Point, options?: { touch?: boolean; id?: number }): void
  up(at: Point, options?: { touch?: boolean; id?: number }): void
  drag(from: Point, to: Point, options?: { alt?: boolean; touch?: boolean }): void
  click(at: Point): void
  /** Presses keys such as `b`, `Shift+ArrowLeft`, `Control+z`. */
  press(...keys: string[]): void
  command(command: Command): void
  /** Left, top, width and height of each box. */
  boxes(): number[][]
}

/** Returns a hand at an image of 1000 by 800 pixels, with three classes, shown at a scale. */
export function createHand(scale = 1, given: Partial<Parameters<typeof startDrawing>[0]> = {}): Hand {
  let drawing = startDrawing({ image: { width: 1000, height: 800 }, classNames: ['Dog', 'Cat', 'Bird'], ...given })
  const send = (event: DrawingEvent): void => {
    drawing = reduceDrawing(drawing, event)
  }
  send({ type: 'resize', surface: { width: 1200, height: 900 } })
  drawing = { ...drawing, viewport: { scale, x: 100, y: 50 }, isFitted: false }
  const pointer = (type: 'down' | 'move' | 'up', at: Point, { alt = false, touch = false, id = 1 } = {}): void =>
    send({
      type,
      pointerId: id,
      at: toScreen(drawing.viewport, at),
      pointerType: touch ? 'touch' : 'mouse',
      button: 0,
      isAlt: alt,
    })
  const hand: Hand = {
    drawing: () => drawing,
    send,
    down: (at, options) => pointer('down', at, options),
    move: (at, options) => pointer('move', at, options),
    up: (at, options) => pointer('up', at, options),
    drag: (from, to, options) => {
      hand.down(from, options)
      hand.move({ x: (from.x + to.x) / 2, y: (from.y + to.y) / 2 }, options)
      hand.move(to, options)
      hand.up(to, options)
    },
    click: (at) => {
      hand.move(at)
      hand.down(at)
      hand.up(at)
    },
    press: (...keys) => {
      for (const text of keys) {
        const parts = text.split('+')
        const key = parts.at(-1) || '+'
        const held = new Set(parts.slice(0, -1))
        const code = /^\d$/.test(key) ? `Digit${key}` : key
        const input = { key, code, isShift: held.has('Shift'), isAlt: held.has('Alt'), isControl: held.has('Control') }
        const command = toCommand(input, drawing)
        if (!command) throw new Error(`The key ${text} does nothing`)
        hand.command(command)
      }
    },
    command: (command) => send({ type: 'command', ...command }),
    boxes: () => drawing.boxes.map(({ left, top, width, height }) => [left, top, width, height]),
  }
  return hand
}
