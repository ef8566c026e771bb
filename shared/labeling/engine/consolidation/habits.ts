import type { ClassBox } from './boxes.ts'
import type { BoxPair } from './match-boxes.ts'

export const EDGES = ['left', 'top', 'right', 'bottom'] as const
export type Edge = (typeof EDGES)[number]

/** How often an edge was outside, and inside, of where it should be. */
export interface EdgeHabit {
  readonly outside: number
  readonly inside: number
}

/** How a worker draws objects of one class. All of it can be added up. */
export interface ClassHabit {
  /** Boxes around an object that others have, too. */
  readonly boxes: number
  readonly edges: Readonly<Record<Edge, EdgeHabit>>
  /** Objects that others have, and the worker has not. */
  readonly missed: number
  /** Boxes of the worker that nobody else has. */
  readonly extra: number
}

/** By class name. */
export type Habits = Readonly<Record<string, ClassHabit>>

/** An edge that is off by less of its side is where it should be. */
const MIN_DEVIATION = 0.03

/**
 * Compares what a worker drew with what it should be. Pure.
 * @param expected by the others, or known
 * @param pairs boxes of both that match
 */
export function findHabits(
  drawn: readonly ClassBox[],
  expected: readonly ClassBox[],
  pairs: readonly BoxPair[],
): Habits {
  const unmatched = (boxes: readonly ClassBox[], matched: readonly ClassBox[], className: string): number =>
    boxes.filter((box) => box.className === className && !matched.includes(box)).length
  const matchedDrawn = pairs.map(({ box }) => box)
  const matchedExpected = pairs.map(({ other }) => other)
  const names = new Set([...drawn, ...expected].map(({ className }) => className))
  return Object.fromEntries(
    [...names].map((name) => {
      const own = pairs.filter(({ box }) => box.className === name)
      const countEdge = (edge: Edge): EdgeHabit => {
        const deviations = own.map(({ box, other }) => deviate(box, other, edge))
        return {
          outside: deviations.filter((deviation) => deviation > MIN_DEVIATION).length,
          inside: deviations.filter((deviation) => deviation < -MIN_DEVIATION).length,
        }
      }
      const edges = {
        left: countEdge('left'),
        top: countEdge('top'),
        right: countEdge('right'),
        bottom: countEdge('bottom'),
      }
      const [missed, extra] = [unmatched(expected, matchedExpected, name), unmatched(drawn, matchedDrawn, name)]
      return [name, { boxes: own.length, edges, missed, extra }]
    }),
  )
}

/** Returns how far an edge is outside of where it should be, as a share of that side; below 0 where it is inside. */
function deviate(box: ClassBox, expected: ClassBox, edge: Edge): number {
  switch (edge) {
    case 'left':
      return (expected.left - box.left) / expected.width
    case 'top':
      return (expected.top - box.top) / expected.height
    case 'right':
      return (box.left + box.width - expected.left - expected.width) / expected.width
    case 'bottom':
      return (box.top + box.height - expected.top - expected.height) / expected.height
  }
}

/** Adds habits up. Pure. */
export function addHabits(parts: readonly Habits[]): Habits {
  const byClass = Map.groupBy(
    parts.flatMap((part) => Object.entries(part)),
    ([name]) => name,
  )
  return Object.fromEntries([...byClass].map(([name, own]) => [name, addClass(own.map(([, habit]) => habit))]))
}

function addClass(habits: readonly ClassHabit[]): ClassHabit {
  const sum = (count: (habit: ClassHabit) => number): number => habits.reduce((total, habit) => total + count(habit), 0)
  const addEdge = (edge: Edge): EdgeHabit => ({
    outside: sum(({ edges }) => edges[edge].outside),
    inside: sum(({ edges }) => edges[edge].inside),
  })
  return {
    boxes: sum(({ boxes }) => boxes),
    edges: { left: addEdge('left'), top: addEdge('top'), right: addEdge('right'), bottom: addEdge('bottom') },
    missed: sum(({ missed }) => missed),
    extra: sum(({ extra }) => extra),
  }
}
