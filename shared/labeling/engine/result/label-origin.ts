import { pickBox } from '../consolidation/boxes.ts'
import type { Consolidated, ConsolidatedBox } from '../consolidation/consolidate-boxes.ts'
import { readSkill, type Skills } from '../consolidation/settings.ts'
import type { Opinion } from '../opinions/opinion.ts'
import type { LineOpinions } from '../opinions/read-opinions.ts'

/** So many boxes in dispute are listed of an image. Thousands, which no honest worker draws, would make the line too long. */
const MAX_DISPUTES = 100

/**
 * Returns how a label came about, for `consolidation` in its metadata, which readers of SageMaker's manifests ignore:
 * who was asked, how long each took and what each was worth; who has checked the boxes, and what they found; who drew
 * each box, and how far they are apart; what was left out. Workers are named by their pseudonyms, and in boxes by their
 * place in `opinions`. Pure.
 * @param merged undefined for verdicts
 */
export function describeOrigin(
  opinions: readonly Opinion[],
  { review, check }: Pick<LineOpinions, 'review' | 'check'>,
  merged: Consolidated | undefined,
  skills: Skills,
) {
  const isMerged = opinions.length > 1 && !review
  const places = new Map(opinions.map(({ worker }, index) => [worker, index]))
  return {
    opinions: opinions.map(({ worker, seconds, verdict }) => ({
      worker,
      seconds: round(seconds, 1),
      ...(opinions.length > 1 && { skill: round(readSkill(skills, worker), 3) }),
      ...(verdict !== undefined && { verdict }),
      ...(merged?.leftOut?.includes(worker) && { isLeftOut: true }),
    })),
    ...(review && { review: { worker: review.worker, seconds: round(review.seconds, 1) } }),
    ...(check && {
      check: { worker: check.worker, seconds: round(check.seconds, 1), answer: check.verdict ?? check.answer },
    }),
    ...(merged && isMerged && { boxes: merged.boxes.map((box) => describeBox(box, places)) }),
    ...(merged &&
      merged.disputes.length > 0 && {
        disputes: merged.disputes.slice(0, MAX_DISPUTES).map(({ because, share, box }) => ({
          because,
          share: round(share, 3),
          ...pickBox(box),
          ...describeBox(box, places),
        })),
      }),
  }
}

const describeBox = ({ workers, spread, classVotes }: ConsolidatedBox, places: ReadonlyMap<string, number>) => ({
  workers: workers.map((worker) => places.get(worker) ?? -1),
  spread: [spread.left, spread.top, spread.right, spread.bottom].map((edge) => round(edge, 4)),
  ...(classVotes && {
    classVotes: Object.fromEntries(Object.entries(classVotes).map(([name, share]) => [name, round(share, 3)])),
  }),
})

const round = (value: number, digits: number): number => Math.round(value * 10 ** digits) / 10 ** digits
