import { html, nothing, type TemplateResult } from 'lit-html'
import { callFooter } from './call-footer.ts'
import { navigation } from './navigation.ts'
import type { Page } from './page.ts'
import type { PageName } from './routes.ts'

interface Shell {
  readonly page: Page
  readonly name: PageName | undefined
  readonly mayWrite: boolean
  readonly dialog: TemplateResult
  signOut(): void
}

/** What is around every page: the subjects, the page, the calls that it makes, and the dialog. */
export const shellView = ({ page, name, mayWrite, dialog, signOut }: Shell): TemplateResult => html`
  <a class="skip" href="#main" @click=${skipToMain}>Skip to the page</a>
  <div class="shell">
    <header class="top">
      <a class="brand" href="#/datasets">Groundwork</a>
      ${navigation(name)}
      <button class="quiet sign-out" @click=${signOut}>Sign out</button>
    </header>
    <div class="content">
      <main id="main">
        ${
          mayWrite
            ? nothing
            : html`<div class="notice warn">
              <p>
                This token may only read, so nothing can be changed here. Sign in with a token of the scope
                <code>write</code> to do that.
              </p>
              <button @click=${signOut}>Use another token</button>
            </div>`
        }
        ${page.view()}
      </main>
      ${callFooter(page.calls())}
    </div>
  </div>
  ${dialog}
`

/** The address says which page is shown, so a link cannot lead to a place in it. */
function skipToMain(event: Event): void {
  event.preventDefault()
  document.querySelector<HTMLElement>('#main h1')?.focus()
}
