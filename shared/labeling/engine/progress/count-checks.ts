import * as z from 'zod'
import { storedObject } from '../../../platform/state/stored-schema.ts'
import { hasAllAnswers, type LineRules, needsCheck, tally } from '../line-rules.ts'
import { countedChecks, type Shard } from '../shard.ts'

/** How many labels were checked: does any object lack a box? */
export const CheckCounts = storedObject({
  /** Answers that count, except `declined`. */
  given: z.int(),
  /** Lines that are to be checked, also those that have no label yet. */
  needed: z.int(),
})
export type CheckCounts = z.infer<typeof CheckCounts>

/** Counts the checks of some lines of a shard; undefined for a job without checks. Pure. */
export function countChecks(shard: Shard, lines: readonly number[], rules: LineRules): CheckCounts | undefined {
  if (!rules.coverageCheck) return undefined
  const isToBeChecked = (line: number): boolean =>
    !hasAllAnswers(tally(shard, line), rules) || needsCheck(shard, line, rules)
  const checks = lines.flatMap((line) => countedChecks(shard, line))
  return {
    given: checks.filter(({ noLabel }) => noLabel !== 'declined').length,
    needed: shard.closed ? 0 : lines.filter(isToBeChecked).length,
  }
}

/** Adds counts up; undefined where there are none. Pure. */
export function addChecks(counted: readonly (CheckCounts | undefined)[]): CheckCounts | undefined {
  const counts = counted.filter((one) => one !== undefined)
  if (counts.length === 0) return undefined
  return {
    given: counts.reduce((total, { given }) => total + given, 0),
    needed: counts.reduce((total, { needed }) => total + needed, 0),
  }
}
