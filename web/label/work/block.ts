import type { Answer } from '../../../shared/contracts/labeling-answer.ts'
import type { LabelingTask, NextTasks } from '../../../shared/contracts/labeling-task.ts'
import type { DrawnBox } from '../drawing/drawing.ts'
import type { Box } from '../drawing/geometry.ts'

/** A box as it is kept: without the number that it has on one surface. */
export type KeptBox = Omit<DrawnBox, 'id'>

/** What a worker has answered to a task. */
export interface GivenAnswer {
  readonly answer: Answer
  readonly boxes: readonly KeptBox[]
  readonly comment?: string
  /** Absent for an answer of an earlier visit. */
  readonly submitId?: string
}

/** What is known to be right about a practice image, and how well the worker's boxes fit it, from 0 to 1. */
export interface Truth {
  readonly boxes: readonly (Box & { readonly className: string })[]
  readonly score: number | undefined
}

/** A task of the block, and what its worker has done with it. */
export interface Item {
  readonly task: LabelingTask
  /** Answered in another visit; what was said may be known too. */
  readonly isAnswered: boolean
  readonly given?: GivenAnswer
  readonly truth?: Truth
}

export type Hints = Extract<NextTasks, { state: 'work' }>['hints']

/** The tasks that are with this worker. */
export interface Block {
  readonly name: string
  readonly isPractice: boolean
  /** When others may get what is not answered, in milliseconds since 1970 by the clock of this machine. */
  readonly until: number
  readonly items: readonly Item[]
  readonly hints: NonNullable<Hints>
}

/** Returns the block of a reply. What was answered in this visit is kept if it is the same block. Pure. */
export function toBlock(reply: Extract<NextTasks, { state: 'work' }>, now: number, before?: Block): Block {
  const known = new Map(before?.name === reply.block ? before.items.map((item) => [item.task.line, item]) : [])
  return {
    name: reply.block,
    isPractice: reply.practice === true,
    until: now + 1000 * reply.secondsLeft,
    items: reply.tasks.map((task) => ({
      isAnswered: task.answered === true,
      ...known.get(task.line),
      ...(known.get(task.line)?.isAnswered !== true && { isAnswered: task.answered === true }),
      task,
    })),
    hints: reply.hints ?? [],
  }
}

/** Returns the block with the answer of a task. Pure. */
export const withAnswer = (block: Block, line: number, given: GivenAnswer): Block =>
  withItem(block, line, (item) => ({ ...item, isAnswered: true, given }))

/** Returns the block with what is right about a practice image. Pure. */
export const withTruth = (block: Block, line: number, truth: Truth): Block =>
  withItem(block, line, (item) => ({ ...item, truth }))

const withItem = (block: Block, line: number, change: (item: Item) => Item): Block => ({
  ...block,
  items: block.items.map((item) => (item.task.line === line ? change(item) : item)),
})

/** Returns the index of the next task without an answer, from one on and around; undefined when all have one. Pure. */
export function nextOpen({ items }: Block, from = 0): number | undefined {
  const order = items.map((_, index) => (from + index) % items.length)
  return order.find((index) => items[index]?.isAnswered === false)
}

export const isFinished = (block: Block): boolean => nextOpen(block) === undefined
