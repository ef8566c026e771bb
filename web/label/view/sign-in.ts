import { html, nothing, type TemplateResult } from 'lit-html'
import type { Actions } from '../page/actions.ts'
import type { PageState } from '../page/state.ts'

/** Renders what is shown to somebody without a link in the address. */
export function renderSignIn({ problem, isLoading }: PageState, actions: Actions): TemplateResult {
  const submit = (event: SubmitEvent): void => {
    event.preventDefault()
    const form = event.currentTarget as HTMLFormElement
    actions.signIn(String(new FormData(form).get('link') ?? ''))
  }
  return html`<main class="card">
    <h1>Label images</h1>
    <p>Open the link that you got. If you have it as text, paste it here.</p>
    <form @submit=${submit}>
      <label for="link">Your link</label>
      <input id="link" name="link" type="text" autocomplete="off" spellcheck="false" required
        aria-describedby=${problem === undefined ? nothing : 'problem'} />
      ${problem === undefined ? nothing : html`<p id="problem" class="notice bad" role="alert">${problem}</p>`}
      <button class="main" ?disabled=${isLoading}>${isLoading ? 'Signing in …' : 'Sign in'}</button>
    </form>
  </main>`
}
