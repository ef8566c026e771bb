import { type ClassHabit, EDGES, type Edge, type Habits } from './habits.ts'

/** What a worker should do differently. */
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
/** The same for objects that are missed, and for boxes where others see nothing. */
const MIN_SHARE_MISSED = 0.25
const MAX_HINTS = 5

/** Finds what a worker often does differently from the others, the most frequent first. Pure. */
export function findHints(habits: Habits): readonly Hint[] {
  const hints = Object.entries(habits).flatMap(([className, habit]) => [...findClassHints(className, habit)])
  return hints
    .toSorted((one, other) => other.cases - one.cases || (one.className < other.className ? -1 : 1))
    .slice(0, MAX_HINTS)
}

function* findClassHints(className: string, { boxes, edges, missed, extra }: ClassHabit): Generator<Hint> {
  const isPattern = (cases: number, of: number, share = MIN_SHARE): boolean => cases >= MIN_CASES && cases >= share * of
  for (const edge of EDGES) {
    const { outside, inside } = edges[edge]
    if (isPattern(outside, boxes)) yield { pattern: 'loose', className, edge, cases: outside }
    if (isPattern(inside, boxes)) yield { pattern: 'tight', className, edge, cases: inside }
  }
  // Overlooking is worse than a loose edge: less of it is a pattern.
  if (isPattern(missed, boxes + missed, MIN_SHARE_MISSED)) yield { pattern: 'missed', className, cases: missed }
  if (isPattern(extra, boxes + extra, MIN_SHARE_MISSED)) yield { pattern: 'extra', className, cases: extra }
}
