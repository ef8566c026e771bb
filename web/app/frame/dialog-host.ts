import { html, nothing, type TemplateResult } from 'lit-html'
import { createRef, ref } from 'lit-html/directives/ref.js'

/** What a dialog shows. */
export interface DialogContent {
  readonly title: string
  body(): TemplateResult
  /** Names the look: `wide` for pictures. */
  readonly look?: 'wide'
  readonly onKey?: (event: KeyboardEvent) => void
  readonly onClose?: () => void
}

/** A question before something that costs or deletes. */
export interface Question {
  readonly title: string
  /** What will happen. A promise is awaited before the answer can be yes: such as that of a dry run. */
  readonly text: TemplateResult | Promise<TemplateResult>
  /** The answer yes, as a verb: `Delete the batch`. */
  readonly yes: string
  readonly isDangerous?: boolean
}

/** The one dialog that can be open. */
export interface DialogHost {
  view(): TemplateResult
  show(content: DialogContent): void
  ask(question: Question): Promise<boolean>
  close(): void
}

/** Makes the dialog of the page. It is modal, closes by Escape, and gives the focus back. */
export function makeDialogHost(redraw: () => void): DialogHost {
  const element = createRef<HTMLDialogElement>()
  let content: DialogContent | undefined

  const close = (): void => element.value?.close()
  const show = (next: DialogContent): void => {
    content = next
    redraw()
    // After it was drawn, so that the first focus is on something that is there.
    requestAnimationFrame(() => {
      if (content && !element.value?.open) element.value?.showModal()
    })
  }
  const onClose = (): void => {
    const closed = content
    content = undefined
    closed?.onClose?.()
    redraw()
  }
  return {
    show,
    close,
    ask: (question) => askIn(question, show, close, redraw),
    view: () => html`<dialog
      ${ref(element)}
      class=${content?.look ?? ''}
      aria-labelledby="dialog-title"
      @close=${onClose}
      @keydown=${(event: KeyboardEvent) => content?.onKey?.(event)}
    >
      ${content ? dialogView(content, close) : nothing}
    </dialog>`,
  }
}

const dialogView = ({ title, body }: DialogContent, close: () => void): TemplateResult => html`
  <header class="dialog-head">
    <h2 id="dialog-title">${title}</h2>
    <button class="quiet" aria-label="Close" @click=${close}><span aria-hidden="true">✕</span></button>
  </header>
  ${body()}
`

function askIn(
  { title, text, yes, isDangerous = false }: Question,
  show: DialogHost['show'],
  close: () => void,
  redraw: () => void,
): Promise<boolean> {
  const { promise, resolve } = Promise.withResolvers<boolean>()
  let shown: TemplateResult | undefined = text instanceof Promise ? undefined : text
  let isReady = shown !== undefined
  if (text instanceof Promise) {
    const settle = (view: TemplateResult, ready: boolean): void => {
      shown = view
      isReady = ready
      redraw()
    }
    text.then(
      (view) => settle(view, true),
      (error: unknown) => settle(html`<p class="notice bad">${error instanceof Error ? error.message : ''}</p>`, false),
    )
  }
  const answer = (isYes: boolean): void => {
    resolve(isYes)
    close()
  }
  show({
    title,
    onClose: () => resolve(false),
    body: () => html`
      <div class="question" aria-live="polite">${shown ?? html`<p>Checking what this would do …</p>`}</div>
      <footer class="dialog-foot">
        <button @click=${() => answer(false)}>Cancel</button>
        <button class=${isDangerous ? 'main danger' : 'main'} ?disabled=${!isReady} @click=${() => answer(true)}>
          ${yes}
        </button>
      </footer>
    `,
  })
  return promise
}
