import type { Fuzzed } from './fuzz.ts'

const MOST_TOLD = 20

/** How often each call was answered with each status, in words; then what must not have been. */
export function reportOf({ answers, findings }: Fuzzed, seed: number): string {
  const rows = [...answers].map(([operationId, counts]) => `${operationId.padEnd(22)} ${told(counts)}`)
  const total = new Map<number, number>()
  for (const counts of answers.values())
    for (const [status, count] of counts) total.set(status, (total.get(status) ?? 0) + count)
  const bad = findings
    .slice(0, MOST_TOLD)
    .map(({ number, what, curl, answer }) =>
      [`request ${number} (--seed ${seed} --only ${number}): ${what}`, curl, answer].join('\n'),
    )
  return [...rows, `${'all'.padEnd(22)} ${told(total)}`, ...bad, `${findings.length} answers that must not be`].join(
    '\n',
  )
}

const told = (counts: ReadonlyMap<number, number>): string =>
  [...counts]
    .toSorted(([a], [b]) => a - b)
    .map(([status, count]) => `${status}×${count}`)
    .join(' ')
