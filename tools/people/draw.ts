import type { Random } from '../../local/seeded-random.ts'
import type { AnswerRequest } from '../../shared/contracts/labeling-answer.ts'
import type { LabelingTask } from '../../shared/contracts/labeling-task.ts'
import type { Skill } from './kinds.ts'
import type { TruthBox } from './truth.ts'

/** What somebody answers to a task. */
export type Opinion = Pick<AnswerRequest, 'answer' | 'boxes'>

export interface JobRules {
  readonly mode: 'draw' | 'adjust' | 'verify'
  readonly labels: readonly string[]
}

/** Overlap (intersection over union) from which somebody leaves a box as it is. */
const GOOD_OVERLAP = 0.85
/** Overlap from which a box is around an object at all. */
const ROUGH_OVERLAP = 0.5
const MIN_PIXELS = 1

/**
 * Decides what somebody answers.
 * @param truth what is on the image; undefined where nobody can tell
 */
export function decideOpinion(
  task: LabelingTask,
  truth: readonly TruthBox[] | undefined,
  { mode, labels }: JobRules,
  skill: Skill,
  random: Random,
): Opinion {
  if (skill.isSpam) return spam(task, mode, labels, random)
  if (random.chance(skill.declined)) return { answer: 'declined' }
  if (!truth) return { answer: 'cannot-tell' }
  const shown = task.boxes ?? []
  if (task.check) {
    const isComplete = truth.every((box) => findFit(box, shown, ROUGH_OVERLAP) !== undefined)
    return { answer: isComplete === random.chance(skill.missed) ? 'incorrect' : 'correct' }
  }
  if (mode === 'verify') return { answer: fits(shown, truth) === random.chance(skill.missed) ? 'incorrect' : 'correct' }
  const right = task.readings?.find(({ boxes = [] }) => fits(boxes, truth))
  if (right) return toOpinion(right.boxes ?? [])
  const seen = truth.filter(() => !random.chance(skill.missed))
  return toOpinion(seen.map((box) => findFit(box, shown) ?? drawBox(box, task, skill, random)))
}

const toOpinion = (boxes: readonly TruthBox[]): Opinion =>
  boxes.length === 0 ? { answer: 'empty' } : { answer: 'boxes', boxes: boxes.map((box) => ({ ...box, how: 'drag' })) }

/** Draws a box around an object, within the image. */
function drawBox(box: TruthBox, image: LabelingTask, { spread, margin }: Skill, random: Random): TruthBox {
  const inward = (size: number): number => size * (spread * normal(random) - margin)
  const left = clamp(box.left + inward(box.width), 0, image.width - MIN_PIXELS)
  const top = clamp(box.top + inward(box.height), 0, image.height - MIN_PIXELS)
  const right = clamp(box.left + box.width - inward(box.width), left + MIN_PIXELS, image.width)
  const bottom = clamp(box.top + box.height - inward(box.height), top + MIN_PIXELS, image.height)
  return { className: box.className, left, top, width: right - left, height: bottom - top }
}

const clamp = (value: number, min: number, max: number): number => Math.min(max, Math.max(min, value))

/** Draws a number from the normal distribution. @see https://en.wikipedia.org/wiki/Box–Muller_transform */
const normal = (random: Random): number =>
  Math.sqrt(-2 * Math.log(1 - random.next())) * Math.cos(2 * Math.PI * random.next())

/** Returns the shown box that fits an object; undefined where none does. */
const findFit = (box: TruthBox, shown: readonly TruthBox[], minOverlap = GOOD_OVERLAP): TruthBox | undefined =>
  shown.find((other) => other.className === box.className && overlap(box, other) >= minOverlap)

/** Whether there is a box around each object, and no other. */
const fits = (shown: readonly TruthBox[], truth: readonly TruthBox[]): boolean =>
  shown.length === truth.length && truth.every((box) => findFit(box, shown) !== undefined)

/** Returns the intersection over union of two boxes, from 0 to 1. Pure. */
export function overlap(one: TruthBox, other: TruthBox): number {
  const width = Math.min(one.left + one.width, other.left + other.width) - Math.max(one.left, other.left)
  const height = Math.min(one.top + one.height, other.top + other.height) - Math.max(one.top, other.top)
  if (width <= 0 || height <= 0) return 0
  return (width * height) / (one.width * one.height + other.width * other.height - width * height)
}

function spam(task: LabelingTask, mode: JobRules['mode'], labels: readonly string[], random: Random): Opinion {
  if (mode === 'verify' || task.check) return { answer: random.chance(0.5) ? 'correct' : 'incorrect' }
  if (random.chance(0.5)) return { answer: 'empty' }
  const size = { width: task.width * (0.1 + 0.5 * random.next()), height: task.height * (0.1 + 0.5 * random.next()) }
  const left = (task.width - size.width) * random.next()
  const top = (task.height - size.height) * random.next()
  return toOpinion([{ className: labels[random.between(0, labels.length)] ?? '', left, top, ...size }])
}

/** Seconds that somebody takes for an image. */
export const secondsFor = ({ boxes = [] }: Opinion, { isSpam }: Skill, random: Random): number =>
  isSpam ? 0.5 + random.next() : (2 + 7 * boxes.length) * Math.exp(0.3 * normal(random))
