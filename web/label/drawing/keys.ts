import type { Command } from './commands.ts'
import type { Drawing } from './drawing.ts'
import type { Side } from './geometry.ts'

/** A key that was pressed. */
export interface KeyInput {
  readonly key: string
  /** The place of the key, such as `Digit1`: digits with Shift have another `key` on each keyboard. */
  readonly code: string
  readonly isShift: boolean
  readonly isAlt: boolean
  /** Control, or Command on a Mac. */
  readonly isControl: boolean
}

/** What a key does that is not about the drawing. */
export type PageAction =
  | 'done'
  /** Nothing to label; where a verdict is asked for, that it is wrong. */
  | 'empty'
  | 'cannot-tell'
  | 'bad-image'
  | 'decline'
  | 'previous'
  | 'next'
  | 'help'
  | 'instructions'
  | 'find-class'
  | 'crosshair'
  | 'brighter'
  | 'darker'
  | 'more-contrast'
  | 'less-contrast'
  | 'reset-light'
  | 'correct'

/** Image pixels for each press of an arrow key, and with Shift. */
const STEP_PIXELS = 1
const LONG_STEP_PIXELS = 10
const ZOOM_STEP = 1.25

const ARROWS: Readonly<Record<string, { x: number; y: number; side: Side; opposite: Side }>> = {
  ArrowLeft: { x: -1, y: 0, side: 'left', opposite: 'right' },
  ArrowRight: { x: 1, y: 0, side: 'right', opposite: 'left' },
  ArrowUp: { x: 0, y: -1, side: 'top', opposite: 'bottom' },
  ArrowDown: { x: 0, y: 1, side: 'bottom', opposite: 'top' },
}

/** Keys with Control or Command. */
const WITH_CONTROL: Readonly<Record<string, Command>> = {
  z: { do: 'undo' },
  y: { do: 'redo' },
  c: { do: 'copy' },
  v: { do: 'paste' },
}

/** Keys that are no letters: they stay when letter keys are off (WCAG 2.1.4). */
const PLAIN: Readonly<Record<string, Command>> = {
  Delete: { do: 'remove' },
  Backspace: { do: 'remove' },
  Escape: { do: 'cancel' },
  '+': { do: 'zoom', factor: ZOOM_STEP },
  '=': { do: 'zoom', factor: ZOOM_STEP },
  '-': { do: 'zoom', factor: 1 / ZOOM_STEP },
}

const LETTERS: Readonly<Record<string, Command>> = {
  b: { do: 'new-box' },
  c: { do: 'copy' },
  v: { do: 'paste' },
  e: { do: 'toggle-click-style' },
  f: { do: 'fit' },
  o: { do: 'actual-size' },
  g: { do: 'beneath' },
  h: { do: 'hide' },
  l: { do: 'lock' },
  w: { do: 'side-at-pointer', side: 'top' },
  a: { do: 'side-at-pointer', side: 'left' },
  s: { do: 'side-at-pointer', side: 'bottom' },
  d: { do: 'side-at-pointer', side: 'right' },
}

const PAGE_PLAIN: Readonly<Record<string, PageAction>> = {
  Enter: 'done',
  PageUp: 'previous',
  PageDown: 'next',
  '?': 'help',
  '/': 'find-class',
  '[': 'darker',
  ']': 'brighter',
  '{': 'less-contrast',
  '}': 'more-contrast',
  '\\': 'reset-light',
}

const PAGE_LETTERS: Readonly<Record<string, PageAction>> = {
  n: 'empty',
  u: 'cannot-tell',
  x: 'bad-image',
  p: 'decline',
  i: 'instructions',
  t: 'crosshair',
  y: 'correct',
}

const find = <Value>(table: Readonly<Record<string, Value>>, key: string): Value | undefined =>
  Object.hasOwn(table, key) ? table[key] : undefined

/** Whether a key is a letter without Control: those can be switched off. */
const isLetter = ({ key, isControl }: KeyInput): boolean => !isControl && /^[a-z]$/i.test(key)

/** Returns the command of a key for the drawing; undefined if it has none. Pure. */
export function toCommand(
  input: KeyInput,
  drawing: Pick<Drawing, 'classNames'>,
  areLettersOn = true,
): Command | undefined {
  const { key, isShift, isAlt, isControl } = input
  const arrow = find(ARROWS, key)
  if (arrow) return toArrowCommand(arrow, input)
  const digit = /^(?:Digit|Numpad)(\d)$/.exec(input.code)?.[1]
  if (digit !== undefined && !isAlt && !isControl) return toClassCommand(Number(digit), isShift, drawing)
  if (isControl) {
    if (key.toLowerCase() === 'z' && isShift) return { do: 'redo' }
    return isAlt ? undefined : find(WITH_CONTROL, key.toLowerCase())
  }
  if (isAlt) return undefined
  if (isShift && (key === 'Delete' || key === 'Backspace')) return { do: 'remove-all' }
  if (isLetter(input)) return areLettersOn && !isShift ? find(LETTERS, key.toLowerCase()) : undefined
  return find(PLAIN, key)
}

/**
 * An arrow moves the box. With Alt it moves the side that it points to, with Control the opposite side: so either side can
 * be moved both ways.
 */
function toArrowCommand(
  { x, y, side, opposite }: (typeof ARROWS)[string],
  { isAlt, isControl, isShift }: KeyInput,
): Command {
  const step = isShift ? LONG_STEP_PIXELS : STEP_PIXELS
  if (isAlt) return { do: 'move-side', side, by: step * (x + y) }
  if (isControl) return { do: 'move-side', side: opposite, by: step * (x + y) }
  return { do: 'move', by: { x: step * x, y: step * y } }
}

/** 1 is the first class, and 0 the tenth. */
function toClassCommand(
  digit: number,
  isShift: boolean,
  { classNames }: Pick<Drawing, 'classNames'>,
): Command | undefined {
  const className = classNames[digit === 0 ? 9 : digit - 1]
  if (className === undefined) return undefined
  return { do: 'class', className, ...(isShift && { isForSelected: true }) }
}

/** Returns what a key does on the page; undefined if it does nothing there. Pure. */
export function toPageAction(input: KeyInput, areLettersOn = true): PageAction | undefined {
  if (input.isControl || input.isAlt) return undefined
  if (isLetter(input)) return areLettersOn && !input.isShift ? find(PAGE_LETTERS, input.key.toLowerCase()) : undefined
  return find(PAGE_PLAIN, input.key)
}
