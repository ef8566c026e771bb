import type { ClickStyle, Drawing } from './drawing.ts'
import * as edit from './edit-boxes.ts'
import { clampPoint, type Point, type Side } from './geometry.ts'
import { redo, undo } from './history.ts'
import { fitImage, panBy, zoomAt } from './viewport.ts'

/** What can be done without pointing: by a key, or by a button. */
export type Command =
  | {
      readonly do: 'undo' | 'redo' | 'remove' | 'remove-all' | 'cancel' | 'copy' | 'paste' | 'lock' | 'hide' | 'beneath'
    }
  /** Switches the hand on or off, with which a pointer moves the image. */
  | { readonly do: 'hand' }
  | { readonly do: 'fit' | 'actual-size' | 'new-box' | 'toggle-click-style' }
  | { readonly do: 'zoom'; readonly factor: number; readonly at?: Point }
  | { readonly do: 'pan'; readonly by: Point }
  /** The selected box, or the image if none is selected; in image pixels, and in steps of the screen. */
  | { readonly do: 'move'; readonly by: Point }
  | { readonly do: 'move-side'; readonly side: Side; readonly by: number }
  | { readonly do: 'side-at-pointer'; readonly side: Side }
  | { readonly do: 'class'; readonly className: string; readonly isForSelected?: boolean }
  | { readonly do: 'select'; readonly id: number | undefined }
  | { readonly do: 'select-next'; readonly step: 1 | -1 }
  | { readonly do: 'click-style'; readonly style: ClickStyle }

/** How far an arrow key pans, in CSS pixels for each step. */
const PAN_PIXELS = 40

const isEdit = ({ do: name }: Command): boolean =>
  ['undo', 'redo', 'remove', 'remove-all', 'paste', 'lock', 'new-box', 'move-side', 'side-at-pointer'].includes(name)

/** Returns the drawing after a command. A drawing that can only be looked at takes those that change no box. Pure. */
export function runCommand(drawing: Drawing, command: Command): Drawing {
  if (drawing.isReadOnly && isEdit(command)) return drawing
  const { image, surface, viewport } = drawing
  const middle = { x: surface.width / 2, y: surface.height / 2 }
  switch (command.do) {
    case 'undo':
      return drawing.gesture.kind === 'none' ? undo(drawing) : cancel(drawing)
    case 'redo':
      return redo(drawing)
    case 'remove':
      return drawing.gesture.kind === 'extremes' ? takeBackPoint(drawing) : removeOrCancel(drawing)
    case 'remove-all':
      return edit.removeAll(drawing)
    case 'cancel':
      return cancel(drawing)
    case 'copy':
      return edit.copySelected(drawing)
    case 'paste':
      return edit.paste(drawing)
    case 'lock':
      return edit.toggleLock(drawing)
    case 'hide':
      return {
        ...drawing,
        areBoxesHidden: !drawing.areBoxesHidden,
        announcement: drawing.areBoxesHidden ? 'Boxes shown' : 'Boxes hidden',
      }
    case 'hand':
      return {
        ...drawing,
        isPanning: !drawing.isPanning,
        gesture: NONE,
      }
    case 'beneath':
      return edit.selectBeneath(drawing)
    case 'fit':
      return { ...drawing, viewport: fitImage(image, surface), isFitted: true }
    case 'actual-size':
      return zoomTo(drawing, 1)
    case 'new-box':
      return edit.addBoxByKey(drawing)
    case 'toggle-click-style':
      return setClickStyle(drawing, drawing.clickStyle === 'corners' ? 'extremes' : 'corners')
    case 'zoom':
      return {
        ...drawing,
        viewport: zoomAt(viewport, command.at ?? middle, command.factor, image, surface),
        isFitted: false,
      }
    case 'pan':
      return { ...drawing, viewport: panBy(viewport, command.by, image, surface), isFitted: false }
    case 'move':
      return move(drawing, command.by)
    case 'move-side':
      return edit.moveSide(drawing, command.side, command.by)
    case 'side-at-pointer':
      return setSide(drawing, command.side)
    case 'class':
      return edit.chooseClass(drawing, command.className, command.isForSelected)
    case 'select':
      return edit.select(drawing, command.id)
    case 'select-next':
      return edit.selectNext(drawing, command.step)
    case 'click-style':
      return setClickStyle(drawing, command.style)
  }
}

const NONE = { kind: 'none' } as const

/** Ends what was begun, or switches the hand off; otherwise nothing is selected any more. */
function cancel(drawing: Drawing): Drawing {
  if (drawing.gesture.kind !== 'none') return { ...drawing, gesture: NONE, announcement: 'Cancelled' }
  if (drawing.isPanning) return { ...drawing, isPanning: false }
  return { ...drawing, selected: undefined, isChosen: false }
}

const removeOrCancel = (drawing: Drawing): Drawing =>
  drawing.gesture.kind === 'none' ? edit.removeSelected(drawing) : cancel(drawing)

function takeBackPoint(drawing: Drawing): Drawing {
  const points = drawing.gesture.kind === 'extremes' ? drawing.gesture.points.slice(0, -1) : []
  return { ...drawing, gesture: points.length > 0 ? { kind: 'extremes', points } : NONE }
}

/** Zooms to a scale around the pointer, or the middle. */
function zoomTo(drawing: Drawing, scale: number): Drawing {
  const { image, surface, viewport } = drawing
  const middle = { x: surface.width / 2, y: surface.height / 2 }
  return { ...drawing, viewport: zoomAt(viewport, middle, scale / viewport.scale, image, surface), isFitted: false }
}

function move(drawing: Drawing, by: Point): Drawing {
  if (drawing.selected !== undefined && !drawing.isReadOnly) return edit.moveSelected(drawing, by)
  const { image, surface, viewport } = drawing
  const pan = { x: -PAN_PIXELS * Math.sign(by.x), y: -PAN_PIXELS * Math.sign(by.y) }
  return { ...drawing, viewport: panBy(viewport, pan, image, surface), isFitted: false }
}

const setClickStyle = (drawing: Drawing, clickStyle: ClickStyle): Drawing => ({
  ...drawing,
  clickStyle,
  gesture: NONE,
  announcement: clickStyle === 'corners' ? 'A click begins with a corner' : 'Four clicks on the extreme points',
})

/** Sets one side of a new box at the pointer. The fourth side makes the box. */
function setSide(drawing: Drawing, side: Side): Drawing {
  const { gesture, image, pointer } = drawing
  if (!pointer) return { ...drawing, announcement: 'Point at the side first' }
  const at = clampPoint(pointer, image)
  const before = gesture.kind === 'sides' ? gesture.sides : {}
  const sides = { ...before, [side]: side === 'left' || side === 'right' ? at.x : at.y }
  const { left, top, right, bottom } = sides
  if (left === undefined || top === undefined || right === undefined || bottom === undefined)
    return { ...drawing, gesture: { kind: 'sides', sides }, selected: undefined }
  const corners = [
    { x: left, y: top },
    { x: right, y: bottom },
  ]
  return edit.addBoxAround(drawing, corners, 'sides')
}
