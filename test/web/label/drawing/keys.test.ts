import { describe, expect, it } from '@jest/globals'
import { type KeyInput, toCommand, toPageAction } from '../../../../web/label/drawing/keys.ts'
import { HELP } from '../../../../web/label/view/help.ts'

const NAMES: Readonly<Record<string, string>> = {
  Del: 'Delete',
  Esc: 'Escape',
  'Page Up': 'PageUp',
  'Page Down': 'PageDown',
  '−': '-',
  '←': 'ArrowLeft',
  '↑': 'ArrowUp',
  '→': 'ArrowRight',
  '↓': 'ArrowDown',
}
/** What the help names that is no key of its own: gestures, and keys that the browser or the surface takes. */
const OTHERS = new Set([
  'Drag, or two clicks',
  'Click on a side or number, or twice inside',
  'Drag a side or the number',
  'Alt and drag',
  'Tab, Shift Tab',
])
/** What the help says in words. */
const SPELLED: Readonly<Record<string, readonly string[]>> = {
  'Alt and an arrow': ['Alt ←', 'Alt ↑', 'Alt →', 'Alt ↓'],
  'Ctrl and an arrow': ['Ctrl ←', 'Ctrl ↑', 'Ctrl →', 'Ctrl ↓'],
  '1 to 9, 0': [...'1234567890'],
  'Shift and a digit': [...'1234567890'].map((digit) => `Shift ${digit}`),
  'Wheel, + and −': ['+', '−'],
  'Space and drag, arrows': ['←', '↑', '→', '↓'],
}
const CLASSES = [...'ABCDEFGHIJ']

/** Returns the keys of an entry of the help, such as `Ctrl Z` and `Ctrl Y` of `Ctrl Z, Ctrl Y`. */
function readKeys(entry: string): readonly string[] {
  if (OTHERS.has(entry)) return []
  if (SPELLED[entry]) return SPELLED[entry]
  if (entry.includes(', ')) return entry.split(', ')
  // A single key, or some that belong together: `W A S D`.
  return /^(Ctrl|Shift|Page) /.test(entry) ? [entry] : entry.split(' ')
}

function press(name: string): KeyInput {
  const [, held = '', rest = ''] = /^((?:Ctrl |Shift |Alt )*)(.+)$/.exec(name) ?? []
  const key = NAMES[rest] ?? (/^[A-Z]$/.test(rest) ? rest.toLowerCase() : rest)
  const code = /^\d$/.test(key) ? `Digit${key}` : ''
  return { key, code, isShift: held.includes('Shift'), isAlt: held.includes('Alt'), isControl: held.includes('Ctrl') }
}

const LISTED = HELP.flatMap(([, entries]) => entries.flatMap(([keys]) => readKeys(keys)))
const doesSomething = (input: KeyInput, areLettersOn = true) =>
  toPageAction(input, areLettersOn) !== undefined ||
  toCommand(input, { classNames: CLASSES }, areLettersOn) !== undefined

describe('the help of the labeling page', () => {
  it.each(LISTED)('names a key that does something: %s', (name) => {
    expect(doesSomething(press(name))).toBe(true)
  })

  it('names every letter that does something', () => {
    const letters = [...'abcdefghijklmnopqrstuvwxyz'].filter((key) => doesSomething(press(key.toUpperCase())))
    expect(LISTED.filter((name) => /^[A-Z]$/.test(name)).toSorted()).toEqual(letters.map((key) => key.toUpperCase()))
  })
})

describe('a key', () => {
  const letters = LISTED.filter((name) => /^[A-Z]$/.test(name))

  it('that is a letter does nothing while letters are off, and others still do', () => {
    expect(letters.filter((name) => doesSomething(press(name), false))).toEqual([])
    expect(doesSomething(press('Del'), false)).toBe(true)
    expect(doesSomething(press('Ctrl Z'), false)).toBe(true)
  })

  it.each(['A', 'N', 'X', 'P', 'Del', 'Page Up'])('with Control or Alt is left to the browser: %s', (name) => {
    expect(doesSomething({ ...press(name), isControl: true })).toBe(false)
    expect(doesSomething({ ...press(name), isAlt: true })).toBe(false)
  })

  it('of a digit chooses no class that the job does not have', () => {
    expect(toCommand(press('3'), { classNames: ['Dog', 'Cat'] })).toBeUndefined()
    expect(toCommand(press('0'), { classNames: CLASSES })).toMatchObject({ className: 'J' })
  })

  it.each(['constructor', 'toString', '__proto__'])('of a name that every object has does nothing: %s', (key) => {
    expect(doesSomething({ ...press('F'), key })).toBe(false)
  })
})
