import { type Drawing, type DrawnBox, startDrawing } from '../drawing/drawing.ts'
import { reduceDrawing } from '../drawing/reduce.ts'
import { isVerdict, type Job, toAsk } from './ask.ts'
import type { Item, KeptBox } from './block.ts'

/** What is kept of a task that has no answer yet. */
export interface Draft {
  readonly boxes: readonly KeptBox[]
  readonly className: string
  readonly comment: string
}

/**
 * Returns the drawing with which a task begins: with what its worker has drawn already, or the boxes of the task. Pure.
 * @param before the drawing of the task before, whose class and copied box stay
 */
export function startTask(job: Job, item: Item, draft: Draft | undefined, before: Drawing | undefined): Drawing {
  const { task, given } = item
  const ask = toAsk(job, item)
  const isReadOnly = isVerdict(ask, job)
  const ofTask = (task.boxes ?? []).map((box): KeptBox => ({ ...box, how: 'kept' }))
  const boxes = isReadOnly ? ofTask : (draft?.boxes ?? given?.boxes ?? ofTask)
  const classNames = isReadOnly ? [...new Set(ofTask.map(({ className }) => className))] : job.labels
  const drawing = startDrawing({
    image: { width: task.width, height: task.height },
    classNames,
    className: before?.className ?? draft?.className,
    boxes,
    isReadOnly,
    ...(before && { clickStyle: before.clickStyle, copied: before.copied }),
  })
  return before ? reduceDrawing(drawing, { type: 'resize', surface: before.surface }) : drawing
}

/** Returns the boxes of a drawing as they are kept and sent. Pure. */
export const toKeptBoxes = ({ boxes }: { readonly boxes: readonly DrawnBox[] }): KeptBox[] =>
  boxes.map(({ id: _, ...box }) => box)
