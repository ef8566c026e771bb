import { describe, expect, it } from '@jest/globals'
import fc from 'fast-check'
import type { Command } from '../../../../web/label/drawing/commands.ts'
import { type Drawing, MAX_BOXES, startDrawing } from '../../../../web/label/drawing/drawing.ts'
import { toCommand, toPageAction } from '../../../../web/label/drawing/keys.ts'
import { type DrawingEvent, reduceDrawing } from '../../../../web/label/drawing/reduce.ts'

const place = fc.record({
  x: fc.double({ min: -300, max: 1500, noNaN: true }),
  y: fc.double({ min: -300, max: 1200, noNaN: true }),
})
const side = fc.constantFrom('left' as const, 'top' as const, 'right' as const, 'bottom' as const)
const step = fc.double({ min: -2000, max: 2000, noNaN: true })

const command: fc.Arbitrary<Command> = fc.oneof(
  fc.record({
    do: fc.constantFrom(
      ...(['undo', 'redo', 'remove', 'cancel', 'copy', 'paste', 'lock', 'hide', 'beneath', 'fit', 'new-box'] as const),
      ...(['actual-size', 'toggle-click-style', 'remove-all'] as const),
    ),
  }) as fc.Arbitrary<Command>,
  fc.record({ do: fc.constant('zoom' as const), factor: fc.double({ min: 0.1, max: 10, noNaN: true }) }),
  fc.record({ do: fc.constant('move' as const), by: place }),
  fc.record({ do: fc.constant('move-side' as const), side, by: step }),
  fc.record({ do: fc.constant('side-at-pointer' as const), side }),
  fc.record({ do: fc.constant('select-next' as const), step: fc.constantFrom(1 as const, -1 as const) }),
  fc.record({ do: fc.constant('class' as const), className: fc.constantFrom('Dog', 'Cat', 'Unknown') }),
)

const event: fc.Arbitrary<DrawingEvent> = fc.oneof(
  {
    weight: 6,
    arbitrary: fc.record({
      type: fc.constantFrom('down' as const, 'move' as const, 'up' as const),
      at: place,
      pointerId: fc.integer({ min: 1, max: 3 }),
      pointerType: fc.constantFrom('mouse' as const, 'pen' as const, 'touch' as const),
      button: fc.constantFrom(0, 0, 0, 1, 2),
      isAlt: fc.boolean(),
    }),
  },
  { weight: 3, arbitrary: command.map((one) => ({ type: 'command' as const, ...one })) },
  fc.record({ type: fc.constant('wheel' as const), at: place, by: place, isZoom: fc.boolean() }),
  fc.record({
    type: fc.constant('resize' as const),
    surface: fc.record({ width: fc.integer({ min: 1, max: 4000 }), height: fc.integer({ min: 1, max: 3000 }) }),
  }),
  fc.constantFrom<DrawingEvent>(
    { type: 'cancel' },
    { type: 'leave' },
    { type: 'space', isDown: true },
    { type: 'space', isDown: false },
  ),
)

const start = (): Drawing =>
  reduceDrawing(startDrawing({ image: { width: 1000, height: 800 }, classNames: ['Dog', 'Cat'] }), {
    type: 'resize',
    surface: { width: 1200, height: 900 },
  })

/** Freezes what a reducer must not change. */
function freeze<Value>(value: Value): Value {
  if (typeof value === 'object' && value !== null && !Object.isFrozen(value)) {
    Object.freeze(value)
    for (const inner of Object.values(value)) freeze(inner)
  }
  return value
}

describe('whatever happens on the surface', () => {
  it('every box is inside of the image, has a size and a number of its own, and nothing is changed in place', () => {
    fc.assert(
      fc.property(fc.array(event, { maxLength: 60 }), (events) => {
        let drawing = freeze(start())
        for (const one of events) {
          drawing = freeze(reduceDrawing(drawing, one))
          const { boxes } = drawing
          expect(new Set(boxes.map(({ id }) => id)).size).toBe(boxes.length)
          expect(boxes.length).toBeLessThanOrEqual(MAX_BOXES)
          for (const { left, top, width, height, className } of boxes) {
            expect(['Dog', 'Cat']).toContain(className)
            for (const number of [left, top, width, height]) expect(Number.isFinite(number)).toBe(true)
            expect(Math.min(left, top)).toBeGreaterThanOrEqual(0)
            expect(Math.min(width, height)).toBeGreaterThan(0)
            expect(left + width).toBeLessThanOrEqual(1000 + 1e-9)
            expect(top + height).toBeLessThanOrEqual(800 + 1e-9)
          }
          const { scale, x, y } = drawing.viewport
          for (const number of [scale, x, y]) expect(Number.isFinite(number)).toBe(true)
          expect(scale).toBeGreaterThan(0)
        }
      }),
      { numRuns: 400 },
    )
  })

  it('undo goes back to the boxes before the latest change, and redo to those after it', () => {
    fc.assert(
      fc.property(fc.array(event, { maxLength: 40 }), (events) => {
        const drawing = reduceDrawing(events.reduce(reduceDrawing, start()), { type: 'cancel' })
        const before = drawing.past.at(-1)
        if (!before) return
        const undone = reduceDrawing(drawing, { type: 'command', do: 'undo' })
        expect(undone.boxes).toEqual(before.boxes)
        expect(reduceDrawing(undone, { type: 'command', do: 'redo' }).boxes).toEqual(drawing.boxes)
      }),
      { numRuns: 400 },
    )
  })
})

describe('a key', () => {
  const printable = Array.from({ length: 95 }, (_, index) => String.fromCharCode(32 + index))
  const named = ['Enter', 'Escape', 'Delete', 'Backspace', 'PageUp', 'PageDown', 'ArrowLeft', 'ArrowUp', 'Tab', 'F5']
  const inputs = [...printable, ...named].flatMap((key) =>
    [false, true].flatMap((isShift) =>
      [false, true].map((isControl) => {
        const code = /^\d$/.test(key) ? `Digit${key}` : key
        return { key, code, isShift, isControl, isAlt: false }
      }),
    ),
  )
  const classNames = ['Dog', 'Cat']

  it('does not do two things', () => {
    const both = inputs.filter((input) => toCommand(input, { classNames }) && toPageAction(input))
    expect(both).toEqual([])
  })

  it('that is a letter does nothing without Control once letters are off, and others go on', () => {
    const letters = inputs.filter(({ key, isControl }) => /^[a-z]$/i.test(key) && !isControl)
    expect(letters.filter((input) => toCommand(input, { classNames }, false) ?? toPageAction(input, false))).toEqual([])
    const others = inputs.filter((input) => !letters.includes(input))
    for (const input of others)
      expect(toCommand(input, { classNames }, false)).toEqual(toCommand(input, { classNames }))
  })

  it('that the browser needs is left to it', () => {
    const left = inputs.filter(
      ({ key, isControl }) => key === 'Tab' || key === 'F5' || (isControl && ['r', 't', 'w', 'l'].includes(key)),
    )
    expect(left.filter((input) => toCommand(input, { classNames }) ?? toPageAction(input))).toEqual([])
  })
})
