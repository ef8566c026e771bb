import { type ClassBox, compareBoxes, compareText, type ImageSize } from './boxes.ts'
import { comparableOpinions } from './comparable.ts'
import { type Edges, fuseBoxes } from './fuse-boxes.ts'
import { type Group, groupBoxes } from './group-boxes.ts'
import { type ConsolidationSettings, readSkill, type Skills } from './settings.ts'
import { countVotes, isNarrow, type VoteResult } from './votes.ts'
import { reaches, sum, toHundredths } from './weights.ts'

/** What a worker drew on an image. */
export interface DrawnOpinion {
  /** The worker's pseudonym. */
  readonly worker: string
  /** As drawn; empty where there is nothing to label. */
  readonly boxes: readonly ClassBox[]
}

/** A box that workers agree on. */
export interface ConsolidatedBox extends ClassBox {
  /**
   * Weighted share of the opinions that have the box, times how well those fit it: the weighted mean of their overlaps with
   * it. 0 to 1, rounded to hundredths; comparable only within one job. A further worker who draws exactly this box does not
   * lower it, as long as the same boxes are taken for one object. 0.09 where there is a single opinion.
   */
  readonly confidence: number
  /** Who drew it, in the order of their ids. */
  readonly workers: readonly string[]
  /** How far they are apart: the median absolute deviation of each edge, as a share of that side of the box. 0 for one. */
  readonly spread: Edges
  /** Present where they differ about the class: the weighted share of those who drew it for each class. They add up to 1. */
  readonly classVotes?: Readonly<Record<string, number>>
}

/** What somebody should look at. */
export interface Dispute {
  /**
   * `few-votes`: too few drew it, so that it is not part of the label, or hardly enough. `class`: it is part of the label,
   * and its class is in doubt.
   */
  readonly because: 'few-votes' | 'class'
  readonly box: ConsolidatedBox
  /** Weighted share, 0 to 1: of all opinions that have the box, or of those who drew it that chose its class. */
  readonly share: number
}

export interface Consolidated {
  readonly boxes: readonly ConsolidatedBox[]
  readonly disputes: readonly Dispute[]
  /** Workers whose opinion was left out, as it has too many boxes to be compared; absent for nobody. */
  readonly leftOut?: readonly string[]
}

/** The confidence of SageMaker's manifests where a single worker answered. */
const SINGLE_CONFIDENCE = 0.09
/** The skill of a worker with a mean score of 0.5. What is drawn only by workers who are not better than that is noise. */
const MAX_NOISE_SKILL = 0.5 ** 4

/**
 * Makes one list of boxes of what several workers drew. Boxes around one object are one box, whatever their class. It is
 * kept if the workers who drew it have enough weight; its edges and its class are decided by weight as well. Workers who
 * drew nothing count like any other.
 *
 * A box is a dispute where its class wins by less than a third of the weight, or those who drew it outweigh the others by
 * less than that: of two workers, none outvotes the other. So is a box below the quorum, unless only workers drew it who
 * hardly ever agree with anybody. It is dropped then: otherwise, reviewers would see every box of every spammer. The order
 * of opinions and of the boxes in them changes nothing. Pure.
 *
 * @param opinions one for each worker
 * @param image undefined where its size is not known
 * @returns boxes and disputes, each in the order of their coordinates; those of a single opinion as drawn and in its order,
 *   bit for bit
 */
export function consolidateBoxes(
  opinions: readonly DrawnOpinion[],
  skills: Skills,
  settings: ConsolidationSettings,
  image: ImageSize | undefined,
): Consolidated {
  const compared = comparableOpinions(opinions)
  if (compared.length < opinions.length) {
    const leftOut = opinions.filter((opinion) => !compared.includes(opinion)).map(({ worker }) => worker)
    return { ...consolidateBoxes(compared, skills, settings, image), leftOut: leftOut.toSorted(compareText) }
  }
  const [only, ...others] = opinions
  if (!only) return { boxes: [], disputes: [] }
  if (others.length === 0) return { boxes: only.boxes.map((box) => toSingleBox(box, only.worker)), disputes: [] }
  const readWeight = (worker: string): number => readSkill(skills, worker)
  const total = sum(opinions.map(({ worker }) => readWeight(worker)).toSorted((one, other) => one - other))
  const candidates = groupBoxes(inStableOrder(opinions), settings.minOverlap)
    .map((group) => toCandidate(group, readWeight, total, image))
    .toSorted((one, other) => compareBoxes(one.box, other.box))
  const isKept = ({ share }: Candidate): boolean => reaches(share, settings.quorum)
  return {
    boxes: candidates.filter(isKept).map(({ box }) => box),
    disputes: candidates.flatMap((candidate) => findDispute(candidate, isKept(candidate), readWeight)),
  }
}

/** An object that somebody drew. */
interface Candidate {
  readonly box: ConsolidatedBox
  /** Weighted share of the opinions that have it, 0 to 1. */
  readonly share: number
  readonly vote: VoteResult
}

const toSingleBox = (box: ClassBox, worker: string): ConsolidatedBox => ({
  ...box,
  confidence: SINGLE_CONFIDENCE,
  workers: [worker],
  spread: { left: 0, top: 0, right: 0, bottom: 0 },
})

/** Lists the boxes of all workers by worker id, then by coordinates. */
const inStableOrder = (opinions: readonly DrawnOpinion[]) =>
  opinions
    .flatMap(({ worker, boxes }) => boxes.map((box) => ({ worker, box })))
    .toSorted((one, other) => compareText(one.worker, other.worker) || compareBoxes(one.box, other.box))

function toCandidate(
  group: Group,
  readWeight: (worker: string) => number,
  total: number,
  image: ImageSize | undefined,
): Candidate {
  const votes = group.map(({ worker, box }) => ({ worker, weight: readWeight(worker), choice: box.className }))
  const vote = countVotes(votes)
  const [first, ...others] = group
  const weigh = ({ worker, box }: Group[0]) => ({ box, weight: readWeight(worker) })
  const { shape, fit, spread } = fuseBoxes([weigh(first), ...others.map(weigh)], image)
  const share = sum(votes.map(({ weight }) => weight)) / total
  const box: ConsolidatedBox = {
    className: vote.choice,
    ...shape,
    confidence: toHundredths(share * fit),
    workers: group.map(({ worker }) => worker),
    spread,
    ...(Object.keys(vote.shares).length > 1 && { classVotes: vote.shares }),
  }
  return { box, share, vote }
}

function findDispute(
  { box, share, vote }: Candidate,
  isKept: boolean,
  readWeight: (worker: string) => number,
): readonly Dispute[] {
  if (isKept && vote.isDisputed) return [{ because: 'class', box, share: vote.share }]
  if (isKept) return isNarrow(share) ? [{ because: 'few-votes', box, share }] : []
  const isNoise = box.workers.every((worker) => readWeight(worker) <= MAX_NOISE_SKILL)
  return isNoise ? [] : [{ because: 'few-votes', box, share }]
}
