import type { FuzzResult } from './fuzz.ts'

const MAX_FINDINGS_SHOWN = 20

/** Renders the number of responses by operation and status, followed by the first findings. */
export function renderReport({ answers, findings }: FuzzResult, seed: number): string {
  const rows = [...answers].map(([operationId, counts]) => `${operationId.padEnd(22)} ${formatCounts(counts)}`)
  const total = new Map<number, number>()
  for (const counts of answers.values())
    for (const [status, count] of counts) total.set(status, (total.get(status) ?? 0) + count)
  const shown = findings
    .slice(0, MAX_FINDINGS_SHOWN)
    .map(({ number, what, curl, answer }) =>
      [`request ${number} (--seed ${seed} --only ${number}): ${what}`, curl, answer].join('\n'),
    )
  return [...rows, `${'all'.padEnd(22)} ${formatCounts(total)}`, ...shown, `${findings.length} findings`].join('\n')
}

const formatCounts = (counts: ReadonlyMap<number, number>): string =>
  [...counts]
    .toSorted(([a], [b]) => a - b)
    .map(([status, count]) => `${status}×${count}`)
    .join(' ')
