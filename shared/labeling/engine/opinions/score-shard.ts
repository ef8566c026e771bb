import type { ClassBox } from '../consolidation/boxes.ts'
import type { Habits } from '../consolidation/habits.ts'
import { DEFAULT_SETTINGS } from '../consolidation/settings.ts'
import { addToSum, estimateSkills, NO_SCORES, type ScoreSum, toSkills } from '../consolidation/skills.ts'
import { scoreKnown } from '../practice/score-known.ts'
import { addScoresByWorker, NO_SCORE, type ScoresByWorker, toHour, type WorkerScore } from '../worker-scores.ts'
import type { CollectedLine } from './collect-opinions.ts'
import { compareDrawn, isInformative, scoreVerdicts } from './compare-workers.ts'
import { isLabel, type Opinion } from './opinion.ts'

/**
 * More boxes than that say no more about anybody. They are compared four times: where workers draw hundreds of boxes all
 * over each other, so many take some 15 seconds, and a message has two minutes.
 */
const MAX_BOXES = 20_000

interface ScoredLine {
  /** All of them boxes, or all of them verdicts. */
  readonly labels: readonly Opinion[]
  readonly truth: readonly ClassBox[] | undefined
  /** Whether the opinions say anything about the workers. */
  readonly isInformative: boolean
}

/** Collects what is needed to score the workers of a shard. */
export class ScoredLines {
  readonly #lines: ScoredLine[] = []
  #boxes = 0

  /** @param truth what is known of the line */
  add({ opinions }: Pick<CollectedLine, 'opinions'>, truth: readonly ClassBox[] | undefined): void {
    const labels = opinions.filter(isLabel)
    if (this.#boxes > MAX_BOXES) return
    const line = { labels, truth, isInformative: !truth && isInformative(labels) }
    if (!truth && !line.isInformative) return
    this.#boxes += labels.reduce((sum, { boxes }) => sum + boxes.length, 0)
    this.#lines.push(line)
  }

  /** Scores the workers by all lines that were added. */
  score(): ScoresByWorker {
    const isDrawn = ({ labels }: ScoredLine): boolean => labels[0]?.answer === 'boxes'
    const drawn = this.#lines.filter(isDrawn)
    const informative = drawn.flatMap((line) => (line.isInformative ? [line.labels] : []))
    const skills = toSkills(estimateSkills(informative, DEFAULT_SETTINGS, sumGold(drawn)))
    return addScoresByWorker(
      this.#lines.map((line) => {
        if (!isDrawn(line)) return toScores(line.labels, { agreement: scoreVerdicts(line.labels) })
        return toScores(line.labels, compareDrawn(line.labels, skills, line.truth, line.isInformative))
      }),
    )
  }
}

function sumGold(lines: readonly ScoredLine[]): ReadonlyMap<string, ScoreSum> {
  const sums = new Map<string, ScoreSum>()
  for (const { labels, truth } of lines)
    for (const { worker, boxes } of truth ? labels : [])
      sums.set(worker, addToSum(sums.get(worker) ?? NO_SCORES, scoreKnown(boxes, truth ?? [])))
  return sums
}

interface Compared {
  readonly agreement: ReadonlyMap<string, number>
  readonly gold?: ReadonlyMap<string, number>
  readonly habits?: ReadonlyMap<string, Habits>
}

const toScores = (labels: readonly Opinion[], { agreement, gold, habits }: Compared): ScoresByWorker =>
  Object.fromEntries(
    labels.map(({ worker, submittedAt }) => {
      const own = toSum(agreement.get(worker))
      const score: WorkerScore = {
        ...NO_SCORE,
        agreement: own,
        gold: toSum(gold?.get(worker)),
        agreementByHour: own.judged === 0 ? {} : { [toHour(submittedAt)]: own },
        habits: habits?.get(worker) ?? {},
      }
      return [worker, score]
    }),
  )

const toSum = (score: number | undefined): ScoreSum => (score === undefined ? NO_SCORES : addToSum(NO_SCORES, score))
