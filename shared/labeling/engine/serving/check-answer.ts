import { AppError, type Issue } from '../../../contracts/errors.ts'
import type { Answer, AnswerRequest } from '../../../contracts/labeling-answer.ts'
import { toProblemErrors } from '../../../platform/http/request-issues.ts'
import type { StoredAnswer } from '../answer.ts'
import type { Work } from '../work.ts'
import type { Ticket } from './tickets.ts'

type DrawnBox = NonNullable<AnswerRequest['boxes']>[number]
type Size = Pick<Ticket, 'width' | 'height'>

const ALWAYS: readonly Answer[] = ['cannot-tell', 'bad-image', 'declined']
const DRAWING: readonly Answer[] = ['boxes', 'empty', ...ALWAYS]
const VERIFYING: readonly Answer[] = ['correct', 'incorrect', ...ALWAYS]

/**
 * Checks an answer against its task, and cuts the boxes to the image.
 * @param task with the size of its image
 * @throws AppError `invalid-request` with everything that is wrong with it
 */
export function checkAnswer(
  { answer, boxes }: Pick<AnswerRequest, 'answer' | 'boxes'>,
  { mode, labels }: Pick<Work, 'mode' | 'labels'>,
  task: Size & Pick<Ticket, 'purpose'>,
): { readonly boxes: StoredAnswer['boxes']; readonly cutBoxes: number } {
  const isCheck = task.purpose === 'check'
  const allowed = isCheck || mode === 'verify' ? VERIFYING : DRAWING
  const issues: Issue[] = []
  if (!allowed.includes(answer))
    issues.push({
      at: 'body.answer',
      message: `must be ${allowed.join(', ')} ${isCheck ? 'in a check' : `in the mode ${mode}`}, not ${answer}`,
    })
  else if (answer === 'boxes' && !boxes?.length)
    issues.push({ at: 'body.boxes', message: 'must have a box; an image with nothing to label has the answer empty' })
  else if (answer !== 'boxes' && boxes !== undefined)
    issues.push({ at: 'body.boxes', message: `must be left out with the answer ${answer}` })
  for (const [index, box] of (boxes ?? []).entries())
    issues.push(...findBoxIssues(box, `body.boxes[${index}]`, labels, task))
  if (issues.length > 0) {
    const { detail, errors } = toProblemErrors(issues)
    throw new AppError('invalid-request', detail, errors)
  }
  const cut = boxes?.map((box) => cutToImage(box, task))
  return { boxes: cut, cutBoxes: cut?.filter((box, index) => !isSameBox(box, boxes?.[index])).length ?? 0 }
}

function* findBoxIssues(box: DrawnBox, at: string, classes: readonly string[], size: Size): Generator<Issue> {
  const { className, left, top, width, height } = box
  if (!classes.includes(className))
    yield { at: `${at}.className`, message: `must be a class of the job, such as ${classes[0]}` }
  if (!(width > 0)) yield { at: `${at}.width`, message: `must be above 0, not ${width}` }
  if (!(height > 0)) yield { at: `${at}.height`, message: `must be above 0, not ${height}` }
  const isInside = left < size.width && top < size.height && left + width > 0 && top + height > 0
  if (width > 0 && height > 0 && !isInside)
    yield { at, message: `must overlap the image of ${size.width} x ${size.height} pixels` }
}

/** Cuts a box to the image. One that lies within it stays as it is, bit for bit. Pure. */
function cutToImage(box: DrawnBox, size: Size): DrawnBox {
  const [left, width] = cut(box.left, box.width, size.width)
  const [top, height] = cut(box.top, box.height, size.height)
  return { ...box, left, top, width, height }
}

/** A sum of two lengths may exceed the image by the error of the addition. */
const TOLERANCE_PIXELS = 1e-6

function cut(start: number, length: number, limit: number): [start: number, length: number] {
  if (start >= 0 && start + length <= limit + TOLERANCE_PIXELS) return [start, length]
  const from = Math.max(0, start)
  return [from, Math.min(limit, start + length) - from]
}

const isSameBox = (one: DrawnBox, other: DrawnBox | undefined): boolean =>
  one.left === other?.left && one.top === other.top && one.width === other.width && one.height === other.height
