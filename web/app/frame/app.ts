import { html, render, type TemplateResult } from 'lit-html'
import { makeContext } from './context.ts'
import { makeDialogHost } from './dialog-host.ts'
import type { OpenPage, Page } from './page.ts'
import { parseRoute, type Route } from './routes.ts'
import { openSession } from './session.ts'
import { shellView } from './shell.ts'
import { signedRequestsView, signInView } from './sign-in.ts'

/** Relative times are written anew so often. */
const CLOCK_MILLISECONDS = 30_000

/** Returns the page of a route; of undefined, the one that says that there is none. */
export type FindPage = (route: Route | undefined) => OpenPage

/** The page that is shown. */
interface ShownPage {
  /** Its address. */
  readonly hash: string
  readonly route: Route | undefined
  readonly page: Page
  /** Ends what the page has started. */
  readonly ending: AbortController
}

/** Runs the pages in an element: shows the one that the address names, and asks for a token first. */
export function runApp(root: HTMLElement, findPage: FindPage): void {
  if (document.documentElement.dataset.authorization === 'iam') return void render(signedRequestsView(), root)
  let shown: ShownPage | undefined
  const announcer = document.body.appendChild(makeAnnouncer())
  const redraw = oncePerTurn(() => draw())
  const dialog = makeDialogHost(redraw)
  const session = openSession(() => {
    if (session.state.step !== 'accepted') leave()
    redraw()
  })
  const announce = (text: string): void => {
    announcer.textContent = text
  }
  const leave = (): void => {
    shown?.ending.abort()
    shown = undefined
    dialog.close()
  }
  const open = (hash: string): ShownPage => {
    const ending = new AbortController()
    const route = parseRoute(hash)
    const page = findPage(route)(makeContext({ session, dialog, redraw, announce }, ending.signal))
    return { hash, route, page, ending }
  }
  const show = (title: string, view: TemplateResult): void => {
    document.title = `${title} · Groundwork`
    render(view, root)
  }
  const draw = (): void => {
    const { state, signOut } = session
    if (state.step !== 'accepted') {
      show('Sign in', html`${signInView(session)}${dialog.view()}`)
      return
    }
    const { hash } = location
    const isNew = shown?.hash !== hash
    if (isNew) leave()
    shown ??= open(hash)
    const { page, route } = shown
    show(page.title, shellView({ page, name: route?.page, mayWrite: state.mayWrite, dialog: dialog.view(), signOut }))
    if (isNew) showFromTop(root)
  }
  window.addEventListener('hashchange', redraw)
  setInterval(() => document.hidden || redraw(), CLOCK_MILLISECONDS)
  redraw()
}

/** Returns a function that acts soon, and once however often it is called until then. */
function oncePerTurn(act: () => void): () => void {
  let isWaiting = false
  return () => {
    if (isWaiting) return
    isWaiting = true
    queueMicrotask(() => {
      isWaiting = false
      act()
    })
  }
}

/** The heading of a new page gets the focus, so that a screen reader says where one is. */
function showFromTop(root: HTMLElement): void {
  window.scrollTo(0, 0)
  root.querySelector<HTMLElement>('h1')?.focus({ preventScroll: true })
}

function makeAnnouncer(): HTMLElement {
  const element = document.createElement('p')
  element.className = 'hidden-text'
  element.setAttribute('role', 'status')
  return element
}
