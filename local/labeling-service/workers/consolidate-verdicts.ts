import type { VerdictAnswer } from './answers.ts'

export interface ConsolidatedVerdict {
  readonly label: string
  /** The share of workers who said so. */
  readonly confidence: number
  readonly comments: readonly string[]
}

/** What most workers said; of several that are as frequent, the one that was said first. */
export function consolidateVerdicts(answers: readonly VerdictAnswer[]): ConsolidatedVerdict {
  const votes = new Map<string, number>()
  for (const { label } of answers) votes.set(label, (votes.get(label) ?? 0) + 1)
  const [label = '', count = 0] = [...votes].toSorted(([, one], [, other]) => other - one)[0] ?? []
  const comments = answers.flatMap(({ comment }) => comment ?? [])
  return { label, confidence: Math.round((count / answers.length) * 100) / 100, comments }
}
