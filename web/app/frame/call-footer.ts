import { html, nothing, type TemplateResult } from 'lit-html'
import { type ApiCall, toCallLine, toCurl } from './calls.ts'
import { copyButton } from './elements.ts'

/** The address of the API, with a slash at its end: the page may be below a path of its own. */
export const apiRoot = (): string => new URL('.', location.href).href

/** Names the calls of the API that a page makes, each to be copied as a command. */
export const callFooter = (calls: readonly ApiCall[]): TemplateResult => html`
  <footer class="calls" aria-label="API calls of this page">
    ${calls.length > 0 ? html`<p>This page calls</p>` : nothing}
    <ul>
      ${calls.map(
        (call) => html`<li>
          <code>${toCallLine(call)}</code>
          ${copyButton(() => toCurl(call, apiRoot()), 'Copy as curl', 'quiet small')}
        </li>`,
      )}
    </ul>
    <p><a href="docs">API documentation</a></p>
  </footer>
`

/** A command that does the same as a form. */
export const curlView = (call: ApiCall | undefined, title: string): TemplateResult | typeof nothing =>
  call === undefined
    ? nothing
    : html`<section class="curl">
        <h2>${title}</h2>
        <div class="command">
          <pre tabindex="0" role="region" aria-label=${title}><code>${toCurl(call, apiRoot())}</code></pre>
          ${copyButton(() => toCurl(call, apiRoot()), 'Copy command')}
        </div>
      </section>`
