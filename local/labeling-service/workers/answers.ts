import { createHash } from 'node:crypto'
import { type Random, seededRandom } from '../../seeded-random.ts'
import type { Task } from '../rules/functions.ts'
import { isSameBox, type LabeledBox } from '../work/boxes.ts'
import { adjustBoxes, allFit } from './adjust-boxes.ts'
import { another, drawBoxes, type View } from './draw-boxes.ts'
import type { WorkerShares } from './shares.ts'

/** What one worker said of one object. */
export interface WorkerAnswer {
  readonly workerId: string
  readonly seconds: number
  readonly content: BoxAnswer | VerdictAnswer
}

export interface BoxAnswer {
  readonly kind: 'boxes'
  readonly boxes: readonly LabeledBox[]
  /** Only where there were boxes to change. */
  readonly modified?: boolean
}

export interface VerdictAnswer {
  readonly kind: 'verdict'
  readonly label: string
  readonly comment?: string
}

/** Which object: answers are the same for the same one, in whatever order objects are worked on. */
export interface Place {
  readonly job: string
  readonly line: number
}

/** Numbers that depend on nothing but these words. */
export function randomOf(...words: readonly (string | number)[]): Random {
  return seededRandom(createHash('sha256').update(words.join('\n')).digest().readInt32LE())
}

/** The answers of those of the workers who do not decline. */
export function answersOf(
  task: Task,
  view: View,
  { job, line }: Place,
  workers: number,
  shares: WorkerShares,
): readonly WorkerAnswer[] {
  return Array.from({ length: workers }, (_, at) => at + 1).flatMap((worker) => {
    const random = randomOf(job.toLowerCase(), line, worker)
    if (random() < shares.declines) return []
    const seconds = Math.round((5 + random() * 55) * 1000) / 1000
    return [{ workerId: `simulated-worker-${worker}`, seconds, content: contentOf(task, view, shares, random) }]
  })
}

function contentOf(task: Task, view: View, shares: WorkerShares, random: Random): BoxAnswer | VerdictAnswer {
  if (task === 'verify') return verdictOf(view, shares, random)
  if (task === 'draw') return { kind: 'boxes', boxes: drawBoxes(view, shares, random) }
  const boxes = adjustBoxes(view, shares, random)
  const isSame = boxes.length === view.shown.length && boxes.every((box, at) => isShown(box, view, at))
  return { kind: 'boxes', boxes, modified: !isSame }
}

const isShown = (box: LabeledBox, { shown }: View, at: number): boolean => {
  const other = shown[at]
  return other !== undefined && isSameBox(box, other)
}

/** The first label means that all boxes are right, the last one that they are not. */
function verdictOf(view: View, { wrongClass }: WorkerShares, random: Random): VerdictAnswer {
  const [good = '', bad = good] = [view.labels[0], view.labels.at(-1)]
  const right = allFit(view) ? good : bad
  const label = random() < wrongClass ? another(right, view.labels, random) : right
  return { kind: 'verdict', label, ...(label === bad && bad !== good && { comment: 'Simulated: boxes do not fit' }) }
}
