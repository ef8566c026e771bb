/** The verdict of most workers. */
export interface MergedVerdict {
  readonly verdict: string
  /** Share of the workers who gave it, 0 to 1, rounded to hundredths. */
  readonly confidence: number
}

/**
 * Returns the most frequent verdict. Of several that are equally frequent, the one that was given first. Pure.
 * @param verdicts of each worker, at least one, in an order that does not depend on chance
 */
export function mergeVerdicts(verdicts: readonly [string, ...string[]]): MergedVerdict {
  const counts = new Map<string, number>()
  for (const verdict of verdicts) counts.set(verdict, (counts.get(verdict) ?? 0) + 1)
  const [verdict, count] = [...counts].toSorted(([, one], [, other]) => other - one)[0] ?? [verdicts[0], 1]
  return { verdict, confidence: Math.round((count / verdicts.length) * 100) / 100 }
}
