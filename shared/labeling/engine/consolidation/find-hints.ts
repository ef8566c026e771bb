import { type ClassHabit, EDGES, type Edge, type Habits } from './habits.ts'

/** What a worker had better do otherwise. */
export interface Hint {
  readonly pattern: 'loose' | 'tight' | 'missed' | 'extra'
  readonly className: string
  /** For `loose` and `tight`. */
  readonly edge?: Edge
  /** How often it was so. */
  readonly cases: number
}

/** Fewer cases are no pattern, and might tell which image was compared. */
const MIN_CASES = 3
/** Share of the boxes, or objects, from which something is a pattern. */
const MIN_SHARE = 0.5
const MAX_HINTS = 5

/** Finds what a worker often does otherwise than the others: the most frequent first. Pure. */
export function findHints(habits: Habits): readonly Hint[] {
  const hints = Object.entries(habits).flatMap(([className, habit]) => [...findClassHints(className, habit)])
  return hints
    .toSorted((one, other) => other.cases - one.cases || (one.className < other.className ? -1 : 1))
    .slice(0, MAX_HINTS)
}

function* findClassHints(className: string, { boxes, edges, missed, extra }: ClassHabit): Generator<Hint> {
  const isPattern = (cases: number, of: number): boolean => cases >= MIN_CASES && cases >= MIN_SHARE * of
  for (const edge of EDGES) {
    const { outside, inside } = edges[edge]
    if (isPattern(outside, boxes)) yield { pattern: 'loose', className, edge, cases: outside }
    if (isPattern(inside, boxes)) yield { pattern: 'tight', className, edge, cases: inside }
  }
  // Overlooking is worse than a loose edge: less of it is a pattern.
  if (isPattern(3 * missed, boxes + missed) && missed >= MIN_CASES)
    yield { pattern: 'missed', className, cases: missed }
  if (isPattern(3 * extra, boxes + extra) && extra >= MIN_CASES) yield { pattern: 'extra', className, cases: extra }
}
