import { foldName } from './fold-name.ts'

/** A name, prepared to be compared with many others. */
export interface ComparableName {
  readonly name: string
  readonly folded: string
  /** With a space before and behind it, to be found as whole words. */
  readonly asWords: string
  /** A bit for each character that occurs. Several characters share one, so that 32 bits suffice. */
  readonly characters: number
}

/** Characters that a comparison of two names looks at in one step. */
const STEP_CHARACTERS = 32

/** Prepares a name. Pure. */
export function toComparable(name: string): ComparableName {
  const folded = foldName(name)
  let characters = 0
  for (let at = 0; at < folded.length; at++) characters |= 1 << (folded.charCodeAt(at) & 31)
  return { name, folded, asWords: ` ${folded} `, characters }
}

/** Estimates the steps of comparing two names letter by letter. Pure. */
export const countSteps = (
  { folded: { length: one } }: ComparableName,
  { folded: { length: other } }: ComparableName,
) => Math.ceil(Math.min(one, other) / STEP_CHARACTERS) * Math.max(one, other)

/**
 * Returns how many edits two names differ in at least: their difference in length, and one for each character of the one
 * that the other does not have. Takes constant time. Pure.
 */
export const minEdits = (one: ComparableName, other: ComparableName): number =>
  Math.max(
    Math.abs(one.folded.length - other.folded.length),
    countBits(one.characters & ~other.characters),
    countBits(other.characters & ~one.characters),
  )

/**
 * Whether a candidate contains a name, or the name contains the candidate as whole words.
 * @param budget is charged for what is compared letter by letter
 */
export function contains(name: ComparableName, candidate: ComparableName, budget: { steps: number }): boolean {
  const isLonger = candidate.folded.length >= name.folded.length
  const [part, whole] = isLonger ? [name, candidate] : [candidate, name]
  if ((part.characters & ~whole.characters) !== 0) return false
  budget.steps -= countSteps(name, candidate)
  if (budget.steps < 0) return false
  return isLonger ? whole.folded.includes(part.folded) : whole.asWords.includes(part.asWords)
}

function countBits(bits: number): number {
  let count = 0
  for (let left = bits; left !== 0; left &= left - 1) count += 1
  return count
}
