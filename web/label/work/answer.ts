import type { Answer, AnswerRequest } from '../../../shared/contracts/labeling-answer.ts'
import type { GivenAnswer, Item, KeptBox } from './block.ts'

/** What a worker wants to answer to a task. */
export interface Wish {
  readonly answer: Answer
  readonly boxes: readonly KeptBox[]
  readonly comment: string
}

/** Returns the request with which an answer is sent. Pure. */
export function toAnswerRequest(
  { task, given }: Pick<Item, 'task' | 'given'>,
  { answer, boxes, comment }: Wish,
  { submitId, activeMilliseconds }: { readonly submitId: string; readonly activeMilliseconds: number },
): AnswerRequest {
  return {
    ticket: task.ticket,
    submitId,
    ...(given?.submitId !== undefined && { replaces: given.submitId }),
    answer,
    ...(answer === 'boxes' && {
      boxes: boxes.map(({ className, left, top, width, height, how }) => ({
        className,
        left,
        top,
        width,
        height,
        how,
      })),
    }),
    ...(comment !== '' && { comment }),
    activeMilliseconds: Math.round(activeMilliseconds),
  }
}

/** Whether an answer says the same as the one that was given. Pure. */
export function isSameAnswer(given: GivenAnswer | undefined, wish: Wish): boolean {
  if (given?.answer !== wish.answer || (given.comment ?? '') !== wish.comment) return false
  if (wish.answer !== 'boxes') return true
  return JSON.stringify(given.boxes.map(toPlace)) === JSON.stringify(wish.boxes.map(toPlace))
}

const toPlace = ({ className, left, top, width, height }: KeptBox) => [className, left, top, width, height]
