import type { VerdictAnswer } from './answers.ts'

export interface ConsolidatedVerdict {
  readonly label: string
  /** Share of the workers who chose this label. */
  readonly confidence: number
  readonly comments: readonly string[]
}

/** Returns the most frequent verdict. Ties are decided by the order of the answers. */
export function consolidateVerdicts(answers: readonly VerdictAnswer[]): ConsolidatedVerdict {
  const votes = new Map<string, number>()
  for (const { label } of answers) votes.set(label, (votes.get(label) ?? 0) + 1)
  const [label = '', count = 0] = [...votes].toSorted(([, a], [, b]) => b - a)[0] ?? []
  const comments = answers.flatMap(({ comment }) => comment ?? [])
  return { label, confidence: Math.round((count / answers.length) * 100) / 100, comments }
}
