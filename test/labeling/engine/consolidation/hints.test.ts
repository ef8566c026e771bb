import { describe, expect, it } from '@jest/globals'
import type { ClassBox } from '../../../../shared/labeling/engine/consolidation/boxes.ts'
import { findHints } from '../../../../shared/labeling/engine/consolidation/find-hints.ts'
import { addHabits, findHabits, type Habits } from '../../../../shared/labeling/engine/consolidation/habits.ts'
import { matchBoxes } from '../../../../shared/labeling/engine/consolidation/match-boxes.ts'

const car = (changes: Partial<ClassBox> = {}): ClassBox => ({
  className: 'Car',
  left: 100,
  top: 100,
  width: 100,
  height: 100,
  ...changes,
})

/** Returns what the same comparison says, so many times. */
const times = (count: number, drawn: readonly ClassBox[], expected: readonly ClassBox[]): Habits =>
  addHabits(Array.from({ length: count }, () => findHabits(drawn, expected, matchBoxes(drawn, expected))))

const LOOSE = [[car({ height: 110 })], [car()]] as const

describe('a hint to a worker', () => {
  it.each([
    ['a box that is loose at the bottom', LOOSE[0], { pattern: 'loose', edge: 'bottom' }],
    ['a box that is too tight on the left', [car({ left: 110, width: 90 })], { pattern: 'tight', edge: 'left' }],
    ['an object that is overlooked', [], { pattern: 'missed' }],
    ['a box where others see nothing', [car(), car({ left: 400 })], { pattern: 'extra' }],
  ] as const)('names the pattern: %s', (_, drawn, hint) => {
    expect(findHints(times(3, drawn, [car()]))).toEqual([{ ...hint, className: 'Car', cases: 3 }])
  })

  it('is not given for two cases, which might tell which image was compared', () => {
    expect(findHints(times(2, ...LOOSE))).toEqual([])
  })

  it('is not given for what is rather the exception', () => {
    expect(findHints(addHabits([times(3, ...LOOSE), times(4, [car()], [car()])]))).toEqual([])
  })

  it('is not given for deviations of less than 3 %', () => {
    expect(findHints(times(9, [car({ height: 102.9 })], [car()]))).toEqual([])
  })

  it('is one of five at most, the most frequent first', () => {
    const names = ['A', 'B', 'C', 'D', 'E', 'F', 'G']
    const habits = names.map((className, index) =>
      times(3 + index, [car({ className, height: 110 })], [car({ className })]),
    )
    expect(findHints(addHabits(habits)).map(({ className }) => className)).toEqual(['G', 'F', 'E', 'D', 'C'])
  })

  it('does not depend on the order in which comparisons are added up', () => {
    const parts = [times(4, ...LOOSE), times(3, [], [car()]), times(5, [car({ className: 'Bus' })], [])]
    expect(findHints(addHabits(parts.toReversed()))).toEqual(findHints(addHabits(parts)))
  })
})
