import { html, nothing, type TemplateResult } from 'lit-html'
import { callFooter } from './call-footer.ts'
import { copyButton } from './elements.ts'
import { type Session, TOKEN_CHECK } from './session.ts'

const COMMAND = 'npm run token -- create my-browser --scope write'

/** The first screen: takes a token, and says how to get one. */
export function signInView({ state, paste }: Session): TemplateResult {
  const isChecking = state.step === 'checking'
  const message = state.step === 'missing' ? state.message : undefined
  const submit = (event: Event): void => {
    event.preventDefault()
    const field = (event.currentTarget as HTMLFormElement).elements.namedItem('token')
    if (field instanceof HTMLInputElement) void paste(field.value)
  }
  // Nothing else can be meant by pasting a whole token.
  const onPaste = ({ clipboardData }: ClipboardEvent): void => {
    const text = clipboardData?.getData('text') ?? ''
    if (text.trim().length >= 16) setTimeout(() => void paste(text))
  }
  return html`
    <main class="sign-in">
      <h1 tabindex="-1">Sign in to Groundwork</h1>
      <p class="lead">Choose images, copy them, have them labeled, and follow all of it here.</p>
      <form @submit=${submit} novalidate>
        <label for="token">API token</label>
        <p id="token-help" class="help">
          It stays in this tab until you close it, and is sent to this server only.
        </p>
        <input
          id="token"
          name="token"
          type="password"
          autocomplete="off"
          spellcheck="false"
          ?readonly=${isChecking}
          aria-describedby="token-help token-problem"
          aria-invalid=${message === undefined ? 'false' : 'true'}
          @paste=${onPaste}
        />
        <p id="token-problem" class="field-problem" role="alert">${message ?? nothing}</p>
        <button class="main" ?disabled=${isChecking}>${isChecking ? 'Checking …' : 'Sign in'}</button>
      </form>
      <section>
        <h2>Where to get a token</h2>
        <p><strong>On one machine:</strong> <code>npm run dev</code> prints one as <code>token</code> when it is ready.</p>
        <p>
          <strong>With a deployment,</strong> or for another token, run this in the project. Add
          <code>--bucket BUCKET</code> for the bucket of a deployment. The scope <code>write</code> includes
          <code>read</code>; with <code>read</code> alone, you can look but not change anything.
        </p>
        <div class="command">
          <pre tabindex="0" role="region" aria-label="Command that creates a token"><code>${COMMAND}</code></pre>
          ${copyButton(() => COMMAND, 'Copy command')}
        </div>
      </section>
    </main>
    ${callFooter([TOKEN_CHECK])}
  `
}

/** What is shown in place of everything where requests must be signed with AWS credentials. */
export const signedRequestsView = (): TemplateResult => html`
  <main class="sign-in">
    <h1 tabindex="-1">This deployment asks for signed requests</h1>
    <p>
      Its API accepts requests that are signed with AWS credentials (<code>authorization: iam</code>), and no tokens. A web
      page has no such credentials, so this one cannot call it.
    </p>
    <p>
      Use the API with a program that signs, such as <code>curl --aws-sigv4</code> or an AWS SDK. The
      <a href="docs">API documentation</a> has every call. Workers can label all the same: their links work.
    </p>
  </main>
`
