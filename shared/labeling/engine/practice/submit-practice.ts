import { AppError } from '../../../contracts/errors.ts'
import type { AnswerReceipt } from '../../../contracts/labeling-answer.ts'
import { awaitAll } from '../../../platform/await-all.ts'
import type { Ports } from '../../../platform/ports.ts'
import { createOrRestore, readState } from '../../../platform/state/record.ts'
import type { StoredAnswer } from '../answer.ts'
import type { Work } from '../work.ts'
import { practiceAnswerRef } from './practice-answers.ts'
import { type PracticeImage, readPracticeImages } from './practice-images.ts'
import { scoreKnown } from './score-known.ts'

type Needs = Pick<Ports, 'objects' | 'log' | 'newId'>

/** An answer to a practice image, as it was checked. */
export interface PracticeAnswer {
  readonly answer: StoredAnswer
  /** Boxes that exceeded the image. */
  readonly cutBoxes: number
}

/**
 * Stores a worker's answer to a practice image, which counts for nothing, and tells what is right. Idempotent: a repeated
 * request is recognized by its submit id.
 * @returns `isNew` when this request has stored it
 * @throws AppError `conflict` when the worker has answered the image: who knows what is right cannot answer again
 */
export async function submitPractice(
  work: Work,
  { answer, cutBoxes }: PracticeAnswer,
  ports: Needs,
): Promise<{ readonly receipt: AnswerReceipt; readonly isNew: boolean }> {
  const { line } = answer
  const [{ stored, isNew }, images] = await awaitAll([storeOnce(work, answer, ports), readPracticeImages(work, ports)])
  const image = images.find((one) => one.line === line)
  const receipt = { line, answer: stored.answer, counted: false, revision: 1, cutBoxes, practice: true }
  return { receipt: { ...receipt, ...(image && judge(stored, image)) }, isNew }
}

/** Stores an answer unless there is one, and returns that which is there. One that is damaged is replaced. */
async function storeOnce(
  work: Work,
  answer: StoredAnswer,
  ports: Pick<Ports, 'objects' | 'newId'>,
): Promise<{ readonly stored: StoredAnswer; readonly isNew: boolean }> {
  const { line, worker, submitId } = answer
  const ref = practiceAnswerRef(work, worker, line)
  const read = () => readState(ref, ports)
  if (await createOrRestore(ref, answer, read, ports)) return { stored: answer, isNew: true }
  const stored = (await read())?.value
  if (stored?.submitId === submitId) return { stored, isNew: false }
  throw new AppError(
    'conflict',
    `You have answered the practice image of line ${line} already, in another tab perhaps; its answer cannot be replaced. Go on with the next image.`,
  )
}

/** Returns what is right, and how well an answer fits it. One that says nothing of boxes has no score. Pure. */
function judge({ answer, boxes = [] }: StoredAnswer, { truth }: PracticeImage): Pick<AnswerReceipt, 'truth' | 'score'> {
  const saysWhere = answer === 'boxes' || answer === 'empty'
  return { truth, ...(saysWhere && { score: Math.round(100 * scoreKnown(boxes, truth)) / 100 }) }
}
