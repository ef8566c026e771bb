import type { Drawing, DrawnBox, Snapshot } from './drawing.ts'

const MAX_STEPS = 200

/**
 * Returns the drawing with other boxes, and what was before to go back to. Pure.
 * @param step names what is done. Steps of the same name in a row are undone together, such as those of an arrow key
 */
export function withBoxes(
  drawing: Drawing,
  boxes: readonly DrawnBox[],
  step: string | undefined,
  announcement: string,
): Drawing {
  const isSame = step !== undefined && step === drawing.lastChange
  const past = isSame ? drawing.past : [...drawing.past, toSnapshot(drawing)].slice(-MAX_STEPS)
  return { ...drawing, boxes, past, future: [], lastChange: step, announcement }
}

/** Returns the drawing one step back; the same if there is none. Pure. */
export function undo(drawing: Drawing): Drawing {
  const before = drawing.past.at(-1)
  if (!before) return { ...drawing, announcement: 'Nothing to undo' }
  return {
    ...drawing,
    ...restore(before),
    past: drawing.past.slice(0, -1),
    future: [...drawing.future, toSnapshot(drawing)],
    announcement: 'Undone',
  }
}

/** Returns the drawing with the last undone step done again; the same if there is none. Pure. */
export function redo(drawing: Drawing): Drawing {
  const after = drawing.future.at(-1)
  if (!after) return { ...drawing, announcement: 'Nothing to redo' }
  return {
    ...drawing,
    ...restore(after),
    past: [...drawing.past, toSnapshot(drawing)],
    future: drawing.future.slice(0, -1),
    announcement: 'Done again',
  }
}

const toSnapshot = ({ boxes, selected }: Drawing): Snapshot => ({ boxes, selected })

const restore = ({ boxes, selected }: Snapshot) => ({
  boxes,
  selected: boxes.some(({ id }) => id === selected) ? selected : undefined,
  isChosen: false,
  gesture: { kind: 'none' } as const,
  lastChange: undefined,
})
