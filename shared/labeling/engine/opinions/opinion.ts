import type { Purpose } from '../../../contracts/labeling-answer.ts'
import type { StoredAnswer } from '../answer.ts'
import { type ClassBox, compareText, pickBox } from '../consolidation/boxes.ts'
import type { Work } from '../work.ts'

/** What a worker said about an image. A declined task is no opinion. */
export interface Opinion {
  /** The worker's pseudonym. */
  readonly worker: string
  /** What else the worker was asked for. */
  readonly purpose?: Purpose | undefined
  readonly answer: 'boxes' | 'verdict' | 'cannot-tell' | 'bad-image'
  /** As drawn; empty where there is nothing to label, and for other answers. */
  readonly boxes: readonly ClassBox[]
  /** For the answer `verdict`: one of the labels of the job; `correct` or `incorrect` of somebody who checks. */
  readonly verdict: string | undefined
  readonly comment: string | undefined
  /** When the worker got the task, and when the answer came; RFC 3339. */
  readonly acceptedAt: string
  readonly submittedAt: string
  /** Active time on the image where it is known, otherwise the time from one to the other. */
  readonly seconds: number
}

/** Who checks boxes verifies them. */
const CHECK_RULES = { mode: 'verify', labels: ['correct', 'incorrect'] } as const satisfies Pick<
  Work,
  'mode' | 'labels'
>

/** Returns the opinion that an answer is; undefined when it is no answer to a task of this job. Pure. */
export function toOpinion(answer: StoredAnswer, work: Pick<Work, 'mode' | 'labels'>): Opinion | undefined {
  const { mode, labels } = answer.purpose === 'check' ? CHECK_RULES : work
  const content = readAnswer(answer, mode, labels)
  const { worker, purpose, comment, acceptedAt, submittedAt, activeMilliseconds } = answer
  const milliseconds = activeMilliseconds ?? Date.parse(submittedAt) - Date.parse(acceptedAt)
  if (!content || Number.isNaN(Date.parse(submittedAt)) || Number.isNaN(milliseconds)) return undefined
  return {
    worker,
    ...(purpose && { purpose }),
    comment,
    acceptedAt,
    submittedAt,
    seconds: milliseconds / 1000,
    ...content,
  }
}

function readAnswer(
  { answer, boxes = [] }: StoredAnswer,
  mode: Work['mode'],
  labels: readonly string[],
): Pick<Opinion, 'answer' | 'boxes' | 'verdict'> | undefined {
  switch (answer) {
    case 'cannot-tell':
    case 'bad-image':
      return { answer, boxes: [], verdict: undefined }
    case 'boxes':
    case 'empty': {
      const drawn = boxes.map(pickBox)
      const isKnown = drawn.every(({ className }) => labels.includes(className))
      return mode !== 'verify' && isKnown ? { answer: 'boxes', boxes: drawn, verdict: undefined } : undefined
    }
    case 'correct':
    case 'incorrect':
      return mode === 'verify' && labels.includes(answer)
        ? { answer: 'verdict', boxes: [], verdict: answer }
        : undefined
    default:
      return undefined
  }
}

/** Whether an opinion is what the image is to be labeled with, not that it cannot be. Pure. */
export const isLabel = ({ answer }: Pick<Opinion, 'answer'>): boolean => answer === 'boxes' || answer === 'verdict'

/** Returns when the last opinion came. Pure. @param opinions in order */
export const lastTime = (opinions: readonly Opinion[]): string => opinions.at(-1)?.submittedAt ?? ''

/**
 * Returns the opinions in the order in which they came, of which the result must be a function: what is read from storage
 * comes in any order. Pure.
 */
export const inOrder = (opinions: readonly Opinion[]): readonly Opinion[] =>
  opinions.toSorted(
    (one, other) =>
      Date.parse(one.submittedAt) - Date.parse(other.submittedAt) || compareText(one.worker, other.worker),
  )
