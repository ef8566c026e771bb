import { exceeds, reaches, sum } from './weights.ts'

export interface Vote {
  readonly worker: string
  readonly weight: number
  readonly choice: string
}

/** What most of the weight is for. */
export interface VoteResult {
  readonly choice: string
  /** Share of the weight that is for it, 0 to 1. */
  readonly share: number
  /** Whether it leads by less than a third of the weight. */
  readonly isDisputed: boolean
  /** Share of the weight for each choice; they add up to 1. */
  readonly shares: Readonly<Record<string, number>>
}

/** The lead below which a vote is disputed: two to one is enough, three to two is not. */
const MIN_MARGIN = 1 / 3

/** Whether so much of the weight is hardly more than the rest. Pure. */
export const isNarrow = (share: number): boolean => !reaches(2 * share - 1, MIN_MARGIN)

/**
 * Counts votes by weight. Of choices with equal weight, that of the smallest worker id wins. Pure.
 * @param votes at least one, in the order of worker ids
 */
export function countVotes(votes: readonly Vote[]): VoteResult {
  const total = sum(votes.map(({ weight }) => weight))
  const weights = new Map<string, number>()
  for (const { choice, weight } of votes) weights.set(choice, (weights.get(choice) ?? 0) + weight)
  const shares = [...weights].map(([choice, weight]) => ({ choice, share: weight / total }))
  let winner = { choice: '', share: 0 }
  for (const candidate of shares) if (exceeds(candidate.share, winner.share)) winner = candidate
  const second = Math.max(0, ...shares.filter((candidate) => candidate !== winner).map(({ share }) => share))
  return {
    ...winner,
    isDisputed: !reaches(winner.share - second, MIN_MARGIN),
    shares: Object.fromEntries(shares.map(({ choice, share }) => [choice, share])),
  }
}
