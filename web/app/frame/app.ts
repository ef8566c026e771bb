import { html, render } from 'lit-html'
import { makeDialogHost } from './dialog-host.ts'
import { makeListLoader } from './list-loader.ts'
import { type Live, type WatchOptions, watchResource } from './live.ts'
import type { OpenPage, Page, PageContext } from './page.ts'
import { parseRoute, type Route } from './routes.ts'
import { openSession } from './session.ts'
import { shellView } from './shell.ts'
import { signedRequestsView, signInView } from './sign-in.ts'

/** Relative times are written anew so often. */
const CLOCK_MILLISECONDS = 30_000

/** Returns the page of a route; of undefined, the one that says that there is none. */
export type FindPage = (route: Route | undefined) => OpenPage

/** Runs the pages in an element: shows the one that the address names, and asks for a token first. */
export function runApp(root: HTMLElement, findPage: FindPage): void {
  if (document.documentElement.dataset.authorization === 'iam') return void render(signedRequestsView(), root)
  let shown: { readonly hash: string; readonly page: Page; readonly ending: AbortController } | undefined
  let isDrawing = false
  const announcer = document.body.appendChild(makeAnnouncer())
  const redraw = (): void => {
    if (isDrawing) return
    isDrawing = true
    queueMicrotask(() => {
      isDrawing = false
      draw()
    })
  }
  const dialog = makeDialogHost(redraw)
  const session = openSession(() => {
    if (session.state.step !== 'accepted') leave()
    redraw()
  })
  const leave = (): void => {
    shown?.ending.abort()
    shown = undefined
    dialog.close()
  }
  const open = (hash: string): Page => {
    const ending = new AbortController()
    const route = parseRoute(hash)
    const page = findPage(route)(makeContext(ending.signal))
    shown = { hash, page, ending }
    return page
  }
  const draw = (): void => {
    const { state } = session
    if (state.step !== 'accepted') {
      document.title = 'Sign in · Groundwork'
      return void render(html`${signInView(session)}${dialog.view()}`, root)
    }
    const { hash } = location
    const isNew = shown?.hash !== hash
    if (isNew) leave()
    const page = shown?.page ?? open(hash)
    const name = parseRoute(hash)?.page
    document.title = `${page.title} · Groundwork`
    render(shellView({ page, name, mayWrite: state.mayWrite, dialog: dialog.view(), signOut: session.signOut }), root)
    if (isNew) showFromTop(root)
  }
  const makeContext = (signal: AbortSignal): PageContext => ({
    client: session.client,
    mayWrite: () => session.state.step === 'accepted' && session.state.mayWrite,
    redraw,
    signal,
    watch: <Body>(path: string, options: WatchOptions<Body> = {}): Live<Body> => {
      const onChange = (): void => {
        options.onChange?.()
        redraw()
      }
      const live = watchResource<Body>(session.client, path, { ...options, onChange })
      signal.addEventListener('abort', live.stop)
      return live
    },
    list: (path) => makeListLoader(session.client, path, redraw, signal),
    go: (address) => {
      location.hash = address
    },
    announce: (text) => {
      announcer.textContent = text
    },
    ask: dialog.ask,
    show: dialog.show,
    closeDialog: dialog.close,
  })
  window.addEventListener('hashchange', redraw)
  setInterval(() => document.hidden || redraw(), CLOCK_MILLISECONDS)
  redraw()
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
