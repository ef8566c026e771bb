import { distance } from 'fastest-levenshtein'
import { type ComparableName, contains, countSteps, minEdits, toComparable } from './comparable-name.ts'

const MAX_SUGGESTIONS = 5
const MIN_WORD_LETTERS = 3
const LONG_NAME_LETTERS = 6

/** Cost of each name that shares a word. */
const LOOK_UP_STEPS = 8

/** What suggestions for one request may still cost. */
export interface SuggestionBudget {
  /** Steps of a comparison, as `countSteps` estimates them, and one for each name looked at. */
  steps: number
}

/** Suffices for 100 misspelled names and 25,000 classes; takes about a second at most. */
export const MAX_SUGGESTION_STEPS = 50_000_000

/** Suggests names for a mistyped one; none once the budget is spent. */
export type NameSuggester = (name: string, budget: SuggestionBudget) => string[]

/** A name that may be suggested. Tier 1 is the nearest. */
interface Ranked {
  readonly name: string
  readonly tier: number
  readonly edits: number
}

/**
 * Returns a function that suggests up to five of `names` for a mistyped name, best first.
 * 1. Names within one edit per three letters.
 * 2. Names that contain it, or that it contains as whole words.
 * 3. Names that share a word, or (from six letters on) have the same first letter and differ in at most half.
 * Equal ones are sorted by edit distance, then alphabetically. The names are prepared with the first call.
 */
export function nameSuggester(names: readonly string[]): NameSuggester {
  let prepared: Prepared | undefined
  return (name, budget) => {
    prepared ??= prepare(names)
    const wanted = toComparable(name)
    return wanted.folded === '' ? [] : findBest(wanted, prepared, budget).map((each) => each.name)
  }
}

interface Prepared {
  readonly candidates: readonly ComparableName[]
  /** The candidates with each word. */
  readonly byWord: ReadonlyMap<string, readonly ComparableName[]>
}

function prepare(names: readonly string[]): Prepared {
  const candidates = names.map(toComparable)
  const byWord = new Map<string, ComparableName[]>()
  for (const candidate of candidates)
    for (const word of splitWords(candidate.folded)) {
      const others = byWord.get(word)
      if (others) others.push(candidate)
      else byWord.set(word, [candidate])
    }
  return { candidates, byWord }
}

/** Returns the best candidates in order; none if the budget does not suffice to compare all. */
function findBest(wanted: ComparableName, { candidates, byWord }: Prepared, budget: SuggestionBudget): Ranked[] {
  const sharing = new Set<ComparableName>()
  for (const word of splitWords(wanted.folded)) {
    const others = byWord.get(word) ?? []
    budget.steps -= others.length * LOOK_UP_STEPS
    if (budget.steps < 0) return []
    for (const other of others) sharing.add(other)
  }
  const best: Ranked[] = []
  for (const candidate of candidates) {
    const found = rank(wanted, candidate, sharing.has(candidate), budget)
    if (budget.steps < 0) return []
    if (found) insert(best, { name: candidate.name, ...found })
  }
  return best
}

/** Inserts an item into the best ones, which stay sorted and few. */
function insert(best: Ranked[], item: Ranked): void {
  const place = best.findIndex((other) => isBetter(item, other))
  if (place >= 0) best.splice(place, 0, item)
  else best.push(item)
  if (best.length > MAX_SUGGESTIONS) best.pop()
}

const isBetter = (one: Ranked, other: Ranked): boolean =>
  one.tier !== other.tier
    ? one.tier < other.tier
    : one.edits !== other.edits
      ? one.edits < other.edits
      : one.name < other.name

/** Ranks a candidate; undefined if it is no suggestion. Names that cannot be near are not compared letter by letter. */
function rank(
  wanted: ComparableName,
  candidate: ComparableName,
  sharesWord: boolean,
  budget: SuggestionBudget,
): Omit<Ranked, 'name'> | undefined {
  const { length } = wanted.folded
  const nearEdits = Math.max(1, Math.floor(length / 3))
  const isAlike = length >= LONG_NAME_LETTERS && wanted.folded[0] === candidate.folded[0]
  budget.steps -= 1
  const isContained = contains(wanted, candidate, budget)
  if (!isContained && !sharesWord && minEdits(wanted, candidate) > (isAlike ? length / 2 : nearEdits)) return undefined
  budget.steps -= countSteps(wanted, candidate)
  if (budget.steps < 0) return undefined
  const edits = distance(wanted.folded, candidate.folded)
  if (edits <= nearEdits) return { tier: 1, edits }
  if (isContained) return { tier: 2, edits }
  return sharesWord || (isAlike && edits <= length / 2) ? { tier: 3, edits } : undefined
}

/** The words of a name, each once. */
const splitWords = (name: string): Set<string> =>
  new Set(name.split(/[^\p{L}\p{N}]+/u).filter((word) => word.length >= MIN_WORD_LETTERS))
