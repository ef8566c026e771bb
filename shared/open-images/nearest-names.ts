import { distance } from 'fastest-levenshtein'
import { foldName } from './class-list.ts'

const MOST = 5
const SHORTEST_WORD = 3
const LONG_NAME = 6

/**
 * Up to five of `names` that may be meant by `name`, best first: those a typing error away (one edit for each
 * three letters), then those that contain it or that it contains as whole words, then those that share a word, or
 * (from six letters on) begin alike and differ in at most half; among equals by edit distance, then by the alphabet.
 */
export function nearestNames(name: string, names: readonly string[]): string[] {
  const wanted = foldName(name)
  return names
    .map((candidate) => ({ candidate, ...rank(wanted, foldName(candidate)) }))
    .filter(({ tier }) => tier > 0)
    .sort((a, b) => a.tier - b.tier || a.edits - b.edits || (a.candidate < b.candidate ? -1 : 1))
    .slice(0, MOST)
    .map(({ candidate }) => candidate)
}

/** Tier 1 is the nearest; 0 is not near at all. */
function rank(wanted: string, candidate: string): { tier: number; edits: number } {
  const edits = distance(wanted, candidate)
  if (wanted === '') return { tier: 0, edits }
  if (edits <= Math.max(1, Math.floor(wanted.length / 3))) return { tier: 1, edits }
  if (candidate.includes(wanted) || ` ${wanted} `.includes(` ${candidate} `)) return { tier: 2, edits }
  const alike = wanted.length >= LONG_NAME && wanted[0] === candidate[0] && edits <= wanted.length / 2
  return { tier: alike || sharesWord(wanted, candidate) ? 3 : 0, edits }
}

function sharesWord(wanted: string, candidate: string): boolean {
  const words = new Set(wordsOf(candidate))
  return wordsOf(wanted).some((word) => words.has(word))
}

const wordsOf = (name: string): string[] => name.split(/[^\p{L}\p{N}]+/u).filter((word) => word.length >= SHORTEST_WORD)
