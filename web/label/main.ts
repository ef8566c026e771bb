import { render } from 'lit-html'
import '../kit/style.css'
import './label.css'
import './surface.css'
import type { Actions } from './page/actions.ts'
import { createContext } from './page/context.ts'
import { openJob, renew } from './page/job-flow.ts'
import { listenToKeys } from './page/keyboard.ts'
import { watchLease } from './page/lease-flow.ts'
import { isSamePage } from './page/same-page.ts'
import { readSettings, saveSettings } from './page/settings.ts'
import { showJobs } from './page/show-jobs.ts'
import { leave, signInWith, start } from './page/sign-in-flow.ts'
import { currentItem, type PageState } from './page/state.ts'
import {
  answer,
  answerDrawn,
  answerEmpty,
  chooseClass,
  chooseReading,
  draw,
  goOn,
  goTo,
  setComment,
  step,
} from './page/task-flow.ts'
import { renderPage } from './view/page.ts'
import { createSurface } from './view/surface/surface.ts'
import { createImageLoader, type TaskImage } from './work/images.ts'
import { noWorkStore, openWorkStore } from './work/store.ts'

/** Commands that change no box: they are taken while an image is loading too. */
const LOOKS: ReadonlySet<string> = new Set([
  'zoom',
  'fit',
  'actual-size',
  'pan',
  'class',
  'hide',
  'click-style',
  'toggle-click-style',
  'hand',
])

const LOADING: TaskImage = { state: 'loading' }

/** Starts the labeling page. */
async function main(root: HTMLElement): Promise<void> {
  const stage = document.createElement('div')
  stage.className = 'measure'
  document.body.append(stage)
  let isScheduled = false
  const schedule = (): void => {
    if (isScheduled) return
    isScheduled = true
    requestAnimationFrame(() => {
      isScheduled = false
      show()
    })
  }
  const images = createImageLoader(stage, schedule)
  const context = createContext(await openWorkStore().catch(noWorkStore), images, schedule)
  const surface = createSurface((event) => actions.draw(event))

  let shown: { readonly state: PageState; readonly image: TaskImage } | undefined
  /** Shows the state; at most once a frame. */
  const show = (): void => {
    const { state } = context
    const item = currentItem(state)
    const image = item ? images.image(item.task) : LOADING
    const isSame = shown !== undefined && image === shown.image && isSamePage(shown.state, state)
    shown = { state, image }
    if (!isSame) {
      render(renderPage(state, image, surface.element, actions), root)
      showDialog(root, state.dialog !== undefined)
    }
    surface.show(
      state.at === 'work' ? state.drawing : undefined,
      image.state === 'ready' ? image.element : undefined,
      state.settings,
      item,
    )
    if (context.swapStart !== undefined && image.state === 'ready' && item?.isAnswered === false) {
      context.swaps.push(performance.now() - context.swapStart)
      context.swapStart = undefined
    }
  }

  /** Whether the image is there as the server told: otherwise boxes would be wrong. */
  const isReady = (): boolean => {
    const item = currentItem(context.state)
    return (
      item !== undefined && images.image(item.task).state === 'ready' && !context.state.isHandingBack && !item.truth
    )
  }
  const backToSurface = (): void => surface.focus()
  const actions: Actions = {
    signIn: (link) => void signInWith(context, link),
    signOut: () => void leave(context),
    showJobs: () => void showJobs(context),
    openJob: (job, isTaken) => void openJob(context, job, isTaken),
    draw: (event) => {
      if (isReady() || event.type === 'resize' || event.type === 'wheel' || event.type === 'leave') draw(context, event)
    },
    command: (command) => {
      if (isReady() || LOOKS.has(command.do)) draw(context, { type: 'command', ...command })
    },
    chooseClass: (className) => chooseClass(context, className),
    answer: (given) => {
      const { isHandingBack } = context.state
      const canDraw = isReady()
      if (isHandingBack) return
      if (given === 'boxes') void (canDraw && answerDrawn(context))
      else if (given === 'empty') void (canDraw && answerEmpty(context))
      else void answer(context, given)
    },
    step: (by) => step(context, by),
    showTask: (index) => goTo(context, index),
    chooseReading: (reading) => chooseReading(context, reading),
    setComment: (comment) => setComment(context, comment),
    goOn: () => void goOn(context),
    retryImage: () => {
      const item = currentItem(context.state)
      // A link may have expired: fresh ones come with more time.
      if (item) void renew(context).then(() => images.retry(currentItem(context.state)?.task ?? item.task))
    },
    openDialog: (dialog) => {
      context.change({ dialog })
      if (dialog === undefined) backToSurface()
    },
    closeDialog: (dialog) => {
      if (context.state.dialog === dialog) actions.openDialog(undefined)
    },
    set: (changes) => {
      const settings = { ...context.state.settings, ...changes }
      saveSettings(settings)
      context.change({ settings })
    },
    dismiss: () => context.change({ notice: undefined }),
  }
  listenToKeys(() => context.state, actions)
  // Keys are for the drawing again once a button was clicked, not for the button.
  root.addEventListener('click', ({ target, detail }) => {
    const isButton = target instanceof Element && target.closest('main.work button') !== null
    if (isButton && detail > 0 && context.state.dialog === undefined) backToSurface()
  })
  watchLease(context)
  // Answers that this browser could not store are lost with the tab: it asks before.
  window.addEventListener('beforeunload', (event) => {
    if (context.state.outbox.onlyHere > 0) event.preventDefault()
  })
  // Another link that is opened in the same tab changes nothing but the part behind `#`.
  window.addEventListener('hashchange', () => void start(context))
  context.change({ settings: readSettings(context.state.settings) })
  await start(context)
}

/** Opens or closes the dialog, which the browser keeps apart from what is rendered. */
function showDialog(root: HTMLElement, isOpen: boolean): void {
  const dialog = root.querySelector('dialog')
  if (!dialog || dialog.open === isOpen) return
  if (isOpen) dialog.showModal()
  else dialog.close()
}

const root = document.querySelector<HTMLElement>('#page')
if (root) void main(root)
