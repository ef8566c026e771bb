import { describe, expect, it } from '@jest/globals'
import fc from 'fast-check'
import type { ClassBox } from '../../../../shared/labeling/engine/consolidation/boxes.ts'
import {
  type ConsolidatedBox,
  consolidateBoxes,
} from '../../../../shared/labeling/engine/consolidation/consolidate-boxes.ts'
import { DEFAULT_SETTINGS } from '../../../../shared/labeling/engine/consolidation/settings.ts'

const IMAGE = { width: 640, height: 480 }

const boxes = fc.array(
  fc
    .record({
      className: fc.constantFrom('Cat', 'Dog'),
      left: fc.double({ min: 0, max: 600, noNaN: true }),
      top: fc.double({ min: 0, max: 400, noNaN: true }),
      right: fc.double({ min: 0.01, max: 1, noNaN: true }),
      bottom: fc.double({ min: 0.01, max: 1, noNaN: true }),
    })
    .map(
      ({ className, left, top, right, bottom }): ClassBox => ({
        className,
        left,
        top,
        width: (IMAGE.width - left) * right,
        height: (IMAGE.height - top) * bottom,
      }),
    ),
  { maxLength: 6 },
)

const box = (left: number, className = 'Cat'): ClassBox => ({ className, left, top: 10, width: 100, height: 100 })
const mergeBoxes = (opinions: readonly (readonly ClassBox[])[], image = IMAGE) =>
  consolidateBoxes(
    opinions.map((boxes, index) => ({ worker: `worker-${index}`, boxes })),
    new Map(),
    DEFAULT_SETTINGS,
    image,
  ).boxes
const withoutConfidence = (merged: readonly ConsolidatedBox[]) =>
  merged.map(({ className, left, top, width, height }) => ({ className, left, top, width, height }))

describe('merged boxes', () => {
  it('of one worker are the boxes as drawn, bit for bit', () => {
    fc.assert(
      fc.property(boxes, (drawn) => {
        expect(withoutConfidence(mergeBoxes([drawn], IMAGE))).toStrictEqual(drawn)
      }),
    )
  })

  it('of workers who drew one box exactly alike are that box, bit for bit', () => {
    fc.assert(
      fc.property(boxes, fc.integer({ min: 2, max: 9 }), ([drawn], workers) => {
        fc.pre(drawn !== undefined)
        const opinions = Array.from({ length: workers }, () => [drawn])
        expect(withoutConfidence(mergeBoxes(opinions, IMAGE))).toStrictEqual([drawn])
      }),
    )
  })

  it('lie within the image, as the boxes of the workers do', () => {
    fc.assert(
      fc.property(fc.array(boxes, { minLength: 1, maxLength: 9 }), (opinions) => {
        for (const { left, top, width, height } of mergeBoxes(opinions, IMAGE)) {
          expect(Math.min(left, top)).toBeGreaterThanOrEqual(0)
          expect(Math.min(width, height)).toBeGreaterThan(0)
          // A box that one worker drew is not touched, so its far edge may be out by the last digit.
          expect(left + width).toBeLessThanOrEqual(IMAGE.width + 1e-9)
          expect(top + height).toBeLessThanOrEqual(IMAGE.height + 1e-9)
        }
      }),
    )
  })

  it('never have more boxes than the workers drew, nor a confidence outside 0 to 1', () => {
    fc.assert(
      fc.property(fc.array(boxes, { minLength: 1, maxLength: 9 }), (opinions) => {
        const merged = mergeBoxes(opinions, IMAGE)
        expect(merged.length).toBeLessThanOrEqual(opinions.flat().length)
        for (const { confidence } of merged) expect(confidence >= 0 && confidence <= 1).toBe(true)
      }),
    )
  })

  it('are the means of boxes of one class that overlap by half or more, not rounded', () => {
    const merged = mergeBoxes([[box(10)], [box(11)], [box(12.5)]], IMAGE)
    expect(merged).toMatchObject([box(33.5 / 3)])
  })

  it('leave out what fewer than half of the workers drew', () => {
    expect(mergeBoxes([[box(10), box(300)], [box(10)], [box(10)]], IMAGE)).toHaveLength(1)
    expect(mergeBoxes([[box(10), box(300)], [box(10)]], IMAGE)).toHaveLength(2)
  })

  it('are less certain the less the workers agree', () => {
    const confidence = (moved: number): number => mergeBoxes([[box(10)], [box(10 + moved)]], IMAGE)[0]?.confidence ?? 0
    expect([0, 5, 20].map(confidence)).toEqual([1, 0.95, 0.82])
  })
})
