import type { Answer } from '../../../shared/contracts/labeling-answer.ts'
import { selectedBox } from '../drawing/drawing.ts'
import type { DrawingEvent } from '../drawing/reduce.ts'
import { reduceDrawing } from '../drawing/reduce.ts'
import { withActivity } from '../work/active-time.ts'
import { isSameAnswer, toAnswerRequest } from '../work/answer.ts'
import { isVerdict, toAsk } from '../work/ask.ts'
import { type Item, nextOpen, withAnswer } from '../work/block.ts'
import { startTask, toKeptBoxes } from '../work/start-task.ts'
import type { Context } from './context.ts'
import { handBack } from './job-flow.ts'
import { showTask, toPlace } from './show-task.ts'
import { currentItem, type Notice } from './state.ts'

const warn = (text: string, isBrief = false): { notice: Notice } => ({ notice: { kind: 'warn', text, isBrief } })

/** Changes the drawing, and keeps what was drawn in the browser. */
export function draw(context: Context, event: DrawingEvent): void {
  const { drawing, notice } = context.state
  if (!drawing) return
  context.activeTime = withActivity(context.activeTime, performance.now())
  const next = reduceDrawing(drawing, event)
  if (next === drawing) return
  const isAnswered = notice?.isBrief === true && (next.boxes !== drawing.boxes || next.gesture.kind !== 'none')
  context.change({ drawing: next, ...(isAnswered && { notice: undefined }) })
  if (next.boxes !== drawing.boxes) void saveDraft(context)
}

export function setComment(context: Context, comment: string): void {
  context.change({ comment })
  void saveDraft(context)
}

async function saveDraft(context: Context): Promise<void> {
  const { drawing, comment, index } = context.state
  const place = toPlace(context.state, index)
  if (!drawing || !place) return
  const draft = { boxes: toKeptBoxes(drawing), className: drawing.className, comment }
  context.drafts.set(place.line, draft)
  try {
    await context.store.saveDraft(place, draft)
  } catch {
    if (context.state.notice === undefined)
      context.change(warn('This browser cannot keep what you draw. Answer before you close this tab.'))
  }
}

/** Answers with what is drawn. Without any box, the worker has to say that there is nothing. */
export async function answerDrawn(context: Context): Promise<void> {
  const { drawing } = context.state
  if (!drawing) return
  if (drawing.boxes.length > 0) await answer(context, 'boxes')
  else context.change(warn('Nothing is drawn. If there is nothing to label, choose “Nothing here” (N).', true))
}

/** Answers that there is nothing. Boxes that are drawn are not thrown away by one key. */
export async function answerEmpty(context: Context): Promise<void> {
  const { drawing } = context.state
  const count = drawing?.boxes.length ?? 0
  if (count === 0) await answer(context, 'empty')
  else {
    const text = `${count === 1 ? 'A box is' : `${count} boxes are`} drawn. If there is nothing to label, remove ${count === 1 ? 'it' : 'them'} first.`
    const offer = { text: 'Remove all boxes', command: { do: 'remove-all' } } as const
    context.change({ notice: { kind: 'warn', text, isBrief: true, offer } })
  }
}

/**
 * Chooses the class of the next box, and of a selected one. Who has just drawn a box may have meant that one: it keeps its
 * class, and the worker is told how to change it.
 */
export function chooseClass(context: Context, className: string): void {
  const { drawing } = context.state
  draw(context, { type: 'command', do: 'class', className })
  const box = drawing && selectedBox(drawing)
  if (!box || drawing.isChosen || box.className === className) return
  const text = `Next box: ${className}. The box that you have just drawn stays ${box.className}.`
  const command = { do: 'class', className, isForSelected: true } as const
  context.change({
    notice: { kind: 'info', text, isBrief: true, offer: { text: `Change it to ${className}`, command } },
  })
}

/** Answers a task, and goes on with the next one. What is drawn is not thrown away by one key. */
export async function answer(context: Context, given: Answer): Promise<void> {
  const { block, comment, drawing, job, notice } = context.state
  const item = currentItem(context.state)
  if (!block || !drawing || !job || !item || !context.outbox) return
  // Answers to practice images are compared once.
  if (item.truth || (block.isPractice && item.given)) return
  const count = drawing.boxes.length
  const isDropped = NO_BOXES.has(given) && !drawing.isReadOnly && count > 0 && isOwnWork(context, item)
  if (isDropped && notice?.confirms !== given) {
    const text = `This answer discards ${count === 1 ? 'the box that is drawn' : `the ${count} boxes that are drawn`}. Choose it again to confirm.`
    context.change({ notice: { kind: 'warn', text, isBrief: true, confirms: given } })
    return
  }
  const boxes = given === 'boxes' ? toKeptBoxes(drawing) : []
  if (isSameAnswer(item.given, { answer: given, boxes, comment })) return await goOn(context)
  context.swapStart = performance.now()
  const stored = give(context, given)
  // Practice goes on once its worker has seen what is right.
  if (!block.isPractice) await goOn(context, stored)
  await stored
}

/** Answers that say that there is no label, rather than that there is nothing to label. */
const NO_BOXES: ReadonlySet<Answer> = new Set(['cannot-tell', 'bad-image', 'declined'])

const isOwnWork = ({ state, drafts }: Context, { task, given }: Item): boolean =>
  (state.drawing?.past.length ?? 0) > 0 || drafts.has(task.line) || (given?.boxes.length ?? 0) > 0

/** Queues an answer to the task that is shown. Resolves when it is stored. */
async function give(context: Context, given: Answer): Promise<void> {
  const { block, comment, drawing, job, signedIn, index } = context.state
  const item = currentItem(context.state)
  const { outbox } = context
  if (!block || !drawing || !job || !item || !outbox || !signedIn) return
  const boxes = given === 'boxes' ? toKeptBoxes(drawing) : []
  const { total } = withActivity(context.activeTime, performance.now())
  const submitId = crypto.randomUUID()
  const body = toAnswerRequest(item, { answer: given, boxes, comment }, { submitId, activeMilliseconds: total })
  const kept = { answer: given, boxes, submitId, ...(comment !== '' && { comment }) }
  const place = toPlace(context.state, index)
  context.drafts.delete(item.task.line)
  context.change({ block: withAnswer(block, item.task.line, kept), notice: undefined })
  await outbox.add({
    account: signedIn.account,
    job: job.job,
    block: block.name,
    line: item.task.line,
    body,
    isTried: false,
  })
  // The draft of an answer that the browser did not store goes with its tab.
  if (place) await context.store.removeDraft(place).catch(() => undefined)
}

/**
 * Leaves the task that is shown. What was changed on one that is answered is saved: it is not asked for again, so the
 * change would be lost with the block.
 */
function leaveTask(context: Context): void {
  const { block, comment, drawing, job, index } = context.state
  const item = currentItem(context.state)
  if (!block || !item?.isAnswered || !item.given || item.truth || block.isPractice) return
  if (!drawing || !job || drawing.isReadOnly) return
  const boxes = toKeptBoxes(drawing)
  const wished = boxes.length > 0 ? 'boxes' : item.given.answer
  if (isSameAnswer(item.given, { answer: wished, boxes, comment })) return
  if (boxes.length > 0 || wished !== 'boxes') void give(context, wished)
  else context.change(warn(`Image ${index + 1} keeps its saved boxes: you removed them all, but gave no other answer.`))
}

/** Shows the next task without an answer, or hands the block back. @param stored what has to be stored before that */
export async function goOn(context: Context, stored?: Promise<void>): Promise<void> {
  const { block, index } = context.state
  if (!block) return
  const next = nextOpen(block, index + 1)
  if (next !== undefined) {
    showTask(context, next)
    return
  }
  await stored
  await handBack(context)
}

/** Shows the task before or after in the block, answered or not. */
export function step(context: Context, by: 1 | -1): void {
  goTo(context, context.state.index + by)
}

/** Shows another task of the block. */
export function goTo(context: Context, index: number): void {
  if (!context.state.block?.items[index]) return
  leaveTask(context)
  showTask(context, index)
}

/** Takes one of the readings on which workers differ as the drawing, to answer with it or to change it. */
export function chooseReading(context: Context, reading: number | undefined): void {
  const { drawing, job } = context.state
  const item = currentItem(context.state)
  if (!drawing || !item || !job) return
  if (reading === undefined || isVerdict(toAsk(job, item), job)) {
    context.change({ reading: undefined })
    return
  }
  const boxes = item.task.readings?.[reading]?.boxes ?? []
  const chosen = startTask(
    job,
    { ...item, given: { answer: 'boxes', boxes: boxes.map((box) => ({ ...box, how: 'chosen' as const })) } },
    undefined,
    drawing,
  )
  context.change({ reading, drawing: chosen })
  void saveDraft(context)
}
