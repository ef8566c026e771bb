import { createHash } from 'node:crypto'
import { type DrawNumber, seededRandom } from '../../seeded-random.ts'
import { isSameBox, type LabeledBox } from '../objects/boxes.ts'
import type { TaskType } from '../rules/task-type.ts'
import { adjustBoxes, allBoxesFit } from './adjust-boxes.ts'
import { drawBoxes, pickOther, type WorkerView } from './draw-boxes.ts'
import type { WorkerErrorRates } from './error-rates.ts'

/** The answer of one worker on one object. */
export interface WorkerAnswer {
  readonly workerId: string
  readonly seconds: number
  readonly content: BoxAnswer | VerdictAnswer
}

export interface BoxAnswer {
  readonly kind: 'boxes'
  readonly boxes: readonly LabeledBox[]
  /** Present only in adjustments. */
  readonly modified?: boolean
}

export interface VerdictAnswer {
  readonly kind: 'verdict'
  readonly label: string
  readonly comment?: string
}

/** Identifies a task. Answers depend only on it, not on the order in which tasks run. */
export interface TaskId {
  readonly job: string
  readonly line: number
}

/** Creates a random generator that is seeded with these words. */
export function hashRandom(...words: readonly (string | number)[]): DrawNumber {
  return seededRandom(createHash('sha256').update(words.join('\n')).digest().readInt32LE())
}

/** Simulates the answers of the workers who do not decline. */
export function simulateAnswers(
  taskType: TaskType,
  view: WorkerView,
  { job, line }: TaskId,
  workers: number,
  errorRates: WorkerErrorRates,
): readonly WorkerAnswer[] {
  return Array.from({ length: workers }, (_, at) => at + 1).flatMap((worker) => {
    const random = hashRandom(job.toLowerCase(), line, worker)
    if (random() < errorRates.declines) return []
    const seconds = Math.round((5 + random() * 55) * 1000) / 1000
    return [
      { workerId: `simulated-worker-${worker}`, seconds, content: simulateContent(taskType, view, errorRates, random) },
    ]
  })
}

function simulateContent(
  taskType: TaskType,
  view: WorkerView,
  errorRates: WorkerErrorRates,
  random: DrawNumber,
): BoxAnswer | VerdictAnswer {
  if (taskType === 'verify') return simulateVerdict(view, errorRates, random)
  if (taskType === 'draw') return { kind: 'boxes', boxes: drawBoxes(view, errorRates, random) }
  const boxes = adjustBoxes(view, errorRates, random)
  const isSame = boxes.length === view.shown.length && boxes.every((box, at) => isShown(box, view, at))
  return { kind: 'boxes', boxes, modified: !isSame }
}

const isShown = (box: LabeledBox, { shown }: WorkerView, at: number): boolean => {
  const other = shown[at]
  return other !== undefined && isSameBox(box, other)
}

/** Simulates a verdict: the first label means that all boxes fit, the last one that they do not. */
function simulateVerdict(view: WorkerView, { wrongClass }: WorkerErrorRates, random: DrawNumber): VerdictAnswer {
  const [good = '', bad = good] = [view.labels[0], view.labels.at(-1)]
  const right = allBoxesFit(view) ? good : bad
  const label = random() < wrongClass ? pickOther(right, view.labels, random) : right
  return { kind: 'verdict', label, ...(label === bad && bad !== good && { comment: 'Simulated: boxes do not fit' }) }
}
