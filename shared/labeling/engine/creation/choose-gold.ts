import { createHash } from 'node:crypto'
import { compareText } from '../consolidation/boxes.ts'
import type { PracticeImage } from '../practice/practice-images.ts'
import type { TaskLine } from '../task-lines.ts'

/** Images that the workers of a job practice with. */
const MAX_PRACTICE_IMAGES = 100
/** On an image with more boxes, nobody learns anything that could not be learned faster on another. */
const MAX_PRACTICE_BOXES = 50

/** An image that may be one to practice with. */
interface Candidate {
  readonly image: PracticeImage
  readonly order: string
}

/** What was chosen of the lines of a job that were looked at. */
export interface ChosenLines {
  /** Lines whose answer is known, and how many of these are gold. */
  readonly known: number
  readonly gold: number
  /** The candidates to practice with, the best first. */
  readonly practice: readonly Candidate[]
}

export const NOTHING_CHOSEN: ChosenLines = { known: 0, gold: 0, practice: [] }

/** How lines are chosen. */
export interface GoldRules {
  /** Share of the lines with a known answer that are gold, 0 to 1. */
  readonly share: number
  /** A random text that is not stored: whoever knows it could tell which lines are gold. */
  readonly seed: string
}

/**
 * Chooses the gold among lines whose answer is known: evenly over the job, and as many as the share says of all lines so
 * far. Also chooses images to practice with, none of which is gold: workers see their truth. Pure.
 * @param firstLine number of the first of the tasks
 * @param tasks with `truth` where the answer is known
 * @returns the tasks, with `truth` only where they are gold
 */
export function chooseGold(
  firstLine: number,
  tasks: readonly TaskLine[],
  { share, seed }: GoldRules,
  before: ChosenLines,
): { readonly tasks: readonly TaskLine[]; readonly chosen: ChosenLines } {
  const known = tasks.flatMap((task, index) => (task.truth ? [firstLine + index] : []))
  // The product of a share may be below a whole number by its last digit.
  const wanted = Math.floor(share * (before.known + known.length) + 1e-9) - before.gold
  const gold = new Set(inRandomOrder(known, `${seed} gold`).slice(0, wanted))
  const candidates = tasks.flatMap((task, index) => toCandidate(task, firstLine + index, gold, seed) ?? [])
  return {
    tasks: tasks.map((task, index) => (gold.has(firstLine + index) ? task : withoutTruth(task))),
    chosen: {
      known: before.known + known.length,
      gold: before.gold + gold.size,
      practice: [...before.practice, ...candidates].toSorted(bestFirst).slice(0, MAX_PRACTICE_IMAGES),
    },
  }
}

/** Returns the chosen practice images, in order of lines. Pure. */
export const toPracticeImages = ({ practice }: ChosenLines): PracticeImage[] =>
  practice.map(({ image }) => image).toSorted((one, other) => one.line - other.line)

function toCandidate(
  { key, width, height, truth }: TaskLine,
  line: number,
  gold: ReadonlySet<number>,
  seed: string,
): Candidate | undefined {
  if (key === undefined || width === undefined || height === undefined || !truth) return undefined
  if (truth.length > MAX_PRACTICE_BOXES || gold.has(line)) return undefined
  return { image: { line, key, width, height, truth }, order: hash(`${seed} practice`, line) }
}

const bestFirst = (one: Candidate, other: Candidate): number => compareText(one.order, other.order)

const inRandomOrder = (lines: readonly number[], seed: string): readonly number[] =>
  lines
    .map((line) => ({ line, order: hash(seed, line) }))
    .toSorted((one, other) => compareText(one.order, other.order))
    .map(({ line }) => line)

const hash = (seed: string, line: number): string => createHash('sha256').update(`${seed}\n${line}`).digest('hex')

const withoutTruth = ({ truth: _, ...task }: TaskLine): TaskLine => task
