import { hasAllAnswers, type LineRules, needsCheck, tally } from '../line-rules.ts'
import { countedAnswers, countedChecks, type Shard } from '../shard.ts'

/**
 * Counts, by pseudonym, the lines that others are still asked to label or to check, and this worker no more: the worker has
 * an opinion on them, has declined them, or has checked them. Pure.
 */
export function countWaiting(shard: Shard, lines: readonly number[], rules: LineRules): ReadonlyMap<string, number> {
  const counts = new Map<string, number>()
  if (shard.closed) return counts
  const isAsked = (line: number): boolean => !hasAllAnswers(tally(shard, line), rules) || needsCheck(shard, line, rules)
  for (const line of lines.filter(isAsked)) {
    const done = [...countedAnswers(shard, line), ...countedChecks(shard, line)].map(({ worker }) => worker)
    for (const worker of new Set(done)) counts.set(worker, (counts.get(worker) ?? 0) + 1)
  }
  return counts
}
