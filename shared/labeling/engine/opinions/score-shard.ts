import { consolidateBoxes, type DrawnOpinion } from '../consolidation/consolidate-boxes.ts'
import { findHabits, type Habits } from '../consolidation/habits.ts'
import { scoreBoxes } from '../consolidation/score.ts'
import { DEFAULT_SETTINGS, type Skills } from '../consolidation/settings.ts'
import { estimateSkills, NO_SCORES, type ScoreSum, toSkills } from '../consolidation/skills.ts'
import { addScoresByWorker, addToSum, NO_SCORE, type ScoresByWorker, type WorkerScore } from '../worker-scores.ts'
import type { CollectedLine } from './collect-opinions.ts'
import { canTell, scoreVerdicts } from './compare-workers.ts'
import type { Opinion } from './opinion.ts'

/** More boxes than that say no more about anybody, and would only be held in memory. */
const MAX_BOXES = 100_000
const HOUR_MILLISECONDS = 3_600_000

/** Collects what is needed to score the workers of a shard. */
export class ScoredLines {
  readonly #lines: Opinion[][] = []
  #boxes = 0

  add({ opinions }: Pick<CollectedLine, 'opinions'>): void {
    const labels = opinions.filter(({ answer }) => answer === 'boxes' || answer === 'verdict')
    if (!canTell(labels) || this.#boxes > MAX_BOXES) return
    this.#boxes += labels.reduce((sum, { boxes }) => sum + boxes.length, 0)
    this.#lines.push(labels)
  }

  /** Scores the workers by all lines that were added. */
  score(): ScoresByWorker {
    const drawn = this.#lines.filter(([first]) => first?.answer === 'boxes')
    const skills = toSkills(
      estimateSkills(
        drawn.map((labels) => labels.map(toDrawn)),
        DEFAULT_SETTINGS,
      ),
    )
    return addScoresByWorker(
      this.#lines.map((labels) =>
        labels[0]?.answer === 'boxes' ? scoreDrawn(labels, skills) : scoreVerdictLine(labels),
      ),
    )
  }
}

const toDrawn = ({ worker, boxes }: Opinion): DrawnOpinion => ({ worker, boxes })

/** Scores each opinion on an image against the consensus of the others. */
const scoreDrawn = (labels: readonly Opinion[], skills: Skills): ScoresByWorker =>
  Object.fromEntries(
    labels.map((opinion) => {
      const others = labels.filter((other) => other !== opinion).map(toDrawn)
      const expected = consolidateBoxes(others, skills, DEFAULT_SETTINGS, undefined).boxes
      return [
        opinion.worker,
        toScore(opinion, scoreBoxes(opinion.boxes, expected), findHabits(opinion.boxes, expected)),
      ]
    }),
  )

function scoreVerdictLine(labels: readonly Opinion[]): ScoresByWorker {
  const scores = scoreVerdicts(labels)
  return Object.fromEntries(
    labels.map((opinion) => [opinion.worker, toScore(opinion, scores.get(opinion.worker) ?? 0)]),
  )
}

function toScore({ submittedAt }: Opinion, score: number, habits: Habits = {}): WorkerScore {
  const agreement: ScoreSum = addToSum(NO_SCORES, score)
  const hour = String(Math.floor(Date.parse(submittedAt) / HOUR_MILLISECONDS))
  return { ...NO_SCORE, agreement, agreementByHour: { [hour]: agreement }, habits }
}
