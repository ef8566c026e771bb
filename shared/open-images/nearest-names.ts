import { distance } from 'fastest-levenshtein'
import { foldName } from './class-list.ts'

const MAX_SUGGESTIONS = 5
const MIN_WORD_LETTERS = 3
const LONG_NAME_LETTERS = 6

/**
 * Suggests up to five of `names` for a mistyped `name`, best first. Pure.
 * 1. Names within one edit per three letters.
 * 2. Names that contain it, or that it contains as whole words.
 * 3. Names that share a word, or (from six letters on) have the same first letter and differ in at most half.
 * Equal ones are sorted by edit distance, then alphabetically.
 */
export function findNearestNames(name: string, names: readonly string[]): string[] {
  const folded = foldName(name)
  return names
    .map((candidate) => ({ candidate, ...rank(folded, foldName(candidate)) }))
    .filter(({ tier }) => tier > 0)
    .sort((a, b) => a.tier - b.tier || a.edits - b.edits || (a.candidate < b.candidate ? -1 : 1))
    .slice(0, MAX_SUGGESTIONS)
    .map(({ candidate }) => candidate)
}

/** Tier 1 is the nearest; tier 0 is no suggestion. */
function rank(folded: string, candidate: string): { tier: number; edits: number } {
  const edits = distance(folded, candidate)
  if (folded === '') return { tier: 0, edits }
  if (edits <= Math.max(1, Math.floor(folded.length / 3))) return { tier: 1, edits }
  if (candidate.includes(folded) || ` ${folded} `.includes(` ${candidate} `)) return { tier: 2, edits }
  const alike = folded.length >= LONG_NAME_LETTERS && folded[0] === candidate[0] && edits <= folded.length / 2
  return { tier: alike || sharesWord(folded, candidate) ? 3 : 0, edits }
}

function sharesWord(folded: string, candidate: string): boolean {
  const words = new Set(splitWords(candidate))
  return splitWords(folded).some((word) => words.has(word))
}

const splitWords = (name: string): string[] =>
  name.split(/[^\p{L}\p{N}]+/u).filter((word) => word.length >= MIN_WORD_LETTERS)
