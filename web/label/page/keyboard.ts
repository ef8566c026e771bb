import { type KeyInput, type PageAction, toCommand, toPageAction } from '../drawing/keys.ts'
import { isVerdict, toAsk } from '../work/ask.ts'
import type { Actions } from './actions.ts'
import { currentItem, type PageState } from './state.ts'

const LIGHT_STEP = 10
const clampLight = (percent: number): number => Math.min(300, Math.max(20, percent))

/** Listens to the keyboard of the whole page while a task is shown. */
export function listenToKeys(state: () => PageState, actions: Actions): void {
  document.addEventListener('keydown', (event) => {
    const { at, dialog, drawing, settings } = state()
    if (at !== 'work' || dialog !== undefined || !drawing || event.isComposing || isTyping(event)) return
    const input = toInput(event)
    if (event.key === ' ' && !isPressable(event)) {
      event.preventDefault()
      actions.draw({ type: 'space', isDown: true })
      return
    }
    // Enter and the space bar belong to the button that has the focus.
    if ((event.key === 'Enter' || event.key === ' ') && isPressable(event)) return
    if (chooseByKey(input, state(), actions)) {
      event.preventDefault()
      return
    }
    const page = toPageAction(input, settings.areLettersOn)
    const command = page === undefined ? toCommand(input, drawing, settings.areLettersOn) : undefined
    if (page === undefined && command === undefined) return
    event.preventDefault()
    if (command) actions.command(command)
    else if (page !== undefined) runPageAction(page, state(), actions)
  })
  document.addEventListener('keyup', (event) => {
    if (event.key === ' ' && state().drawing?.isPanning) actions.draw({ type: 'space', isDown: false })
  })
}

/** While readings are shown side by side, a digit chooses one of them, and Escape leads back to them. */
function chooseByKey({ code, key }: KeyInput, state: PageState, actions: Actions): boolean {
  const { job, reading, drawing } = state
  const item = currentItem(state)
  if (!item?.task.readings || !job || isVerdict(toAsk(job, item), job)) return false
  const digit = Number(/^(?:Digit|Numpad)([1-9])$/.exec(code)?.[1])
  const isChoice = reading === undefined && digit <= item.task.readings.length
  const isBack =
    key === 'Escape' && reading !== undefined && drawing?.gesture.kind === 'none' && drawing.selected === undefined
  if (isChoice) actions.chooseReading(digit - 1)
  if (isBack) actions.chooseReading(undefined)
  return isChoice || isBack
}

function runPageAction(action: PageAction, state: PageState, actions: Actions): void {
  const { job, settings } = state
  const item = currentItem(state)
  if (!job || !item) return
  const hasVerdict = isVerdict(toAsk(job, item), job)
  const run: Readonly<Record<PageAction, () => void>> = {
    done: () => (item.truth ? actions.goOn() : hasVerdict ? undefined : actions.answer('boxes')),
    empty: () => actions.answer(hasVerdict ? 'incorrect' : 'empty'),
    correct: () => hasVerdict && actions.answer('correct'),
    'cannot-tell': () => actions.answer('cannot-tell'),
    'bad-image': () => actions.answer('bad-image'),
    decline: () => actions.answer('declined'),
    previous: () => actions.step(-1),
    next: () => actions.step(1),
    help: () => actions.openDialog('help'),
    instructions: () => actions.openDialog('instructions'),
    'find-class': () => !hasVerdict && actions.openDialog('find-class'),
    crosshair: () => actions.set({ hasCrosshair: !settings.hasCrosshair }),
    brighter: () => actions.set({ brightness: clampLight(settings.brightness + LIGHT_STEP) }),
    darker: () => actions.set({ brightness: clampLight(settings.brightness - LIGHT_STEP) }),
    'more-contrast': () => actions.set({ contrast: clampLight(settings.contrast + LIGHT_STEP) }),
    'less-contrast': () => actions.set({ contrast: clampLight(settings.contrast - LIGHT_STEP) }),
    'reset-light': () => actions.set({ brightness: 100, contrast: 100 }),
  }
  run[action]()
}

const toInput = ({ key, code, shiftKey, altKey, ctrlKey, metaKey }: KeyboardEvent): KeyInput => ({
  key,
  code,
  isShift: shiftKey,
  isAlt: altKey,
  isControl: ctrlKey || metaKey,
})

const isTyping = ({ target }: Event): boolean =>
  target instanceof HTMLInputElement || target instanceof HTMLTextAreaElement || target instanceof HTMLSelectElement

const isPressable = ({ target }: Event): boolean =>
  target instanceof HTMLElement && target.closest('button, a, summary') !== null
