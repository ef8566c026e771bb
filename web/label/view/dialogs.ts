import { html, nothing, type TemplateResult } from 'lit-html'
import type { Actions } from '../page/actions.ts'
import type { PageState } from '../page/state.ts'
import { renderHelp } from './help.ts'

/** Renders the dialog that is open; `page/show-dialog.ts` opens it. */
export function renderDialog(state: PageState, actions: Actions): TemplateResult {
  const { dialog } = state
  const close = (): void => {
    if (dialog !== undefined) actions.closeDialog(dialog)
  }
  return html`<dialog class=${dialog === 'help' ? 'wide' : ''} aria-labelledby="dialog-title"
    @cancel=${close} @close=${close}>
    ${
      dialog === undefined
        ? nothing
        : html`<form method="dialog" class="close"><button>Close <kbd>Esc</kbd></button></form>
            ${dialog === 'help' ? renderHelp(state, actions) : dialog === 'instructions' ? renderInstructions(state) : renderFindClass(state, actions)}`
    }
  </dialog>`
}

function renderInstructions({ job }: PageState): TemplateResult {
  const { short = '', full = '' } = job?.instructions ?? {}
  return html`<h2 id="dialog-title">Instructions: ${job?.title}</h2>
    ${full.startsWith(job?.description ?? '') ? nothing : html`<p class="text">${job?.description}</p>`}
    ${short === '' || short === full ? nothing : html`<p class="text">${short}</p>`}
    <p class="text">${full}</p>`
}

function renderFindClass({ drawing }: PageState, actions: Actions): TemplateResult {
  const choose = (className: string): void => {
    actions.chooseClass(className)
    actions.openDialog(undefined)
  }
  const submit = (event: SubmitEvent): void => {
    event.preventDefault()
    const typed = String(new FormData(event.currentTarget as HTMLFormElement).get('class') ?? '').toLowerCase()
    const names = drawing?.classNames ?? []
    const found =
      names.find((name) => name.toLowerCase() === typed) ?? names.find((name) => name.toLowerCase().includes(typed))
    if (found !== undefined) choose(found)
  }
  return html`<h2 id="dialog-title">Choose a class</h2>
    <form class="find" @submit=${submit}>
      <label for="class">Type some letters of it</label>
      <input id="class" name="class" list="class-names" autocomplete="off" autofocus />
      <datalist id="class-names">${drawing?.classNames.map((name) => html`<option value=${name}></option>`)}</datalist>
      <button>Choose <kbd>↵</kbd></button>
    </form>
    <div class="all-classes">
      ${drawing?.classNames.map(
        (name, index) =>
          html`<button type="button" class="quiet" @click=${() => choose(name)}><kbd>${index + 1}</kbd> ${name}</button>`,
      )}
    </div>`
}
