import { html, nothing, type TemplateResult } from 'lit-html'
import { ref } from 'lit-html/directives/ref.js'
import { formatExact, formatRelative } from './format.ts'
import type { LiveState } from './live-state.ts'
import { explainProblem, type Problem } from './problem.ts'
import { linkTo, type PageName } from './routes.ts'
import type { Tone } from './tone.ts'
import { toWebLink } from './web-link.ts'

type Content = TemplateResult | string | typeof nothing

/** The head of a page: where it belongs, its heading, and what can be done. */
export const pageHead = (
  title: Content,
  {
    parent,
    actions,
    lead,
  }: {
    readonly parent?: { readonly page: PageName; readonly name?: string; readonly text: string }
    readonly actions?: Content
    readonly lead?: Content
  } = {},
): TemplateResult => html`
  <header class="page-head">
    ${parent ? html`<a class="parent" href=${linkTo(parent.page, parent.name)}>← ${parent.text}</a>` : nothing}
    <div class="page-title">
      <h1 tabindex="-1">${title}</h1>
      ${actions ? html`<div class="actions">${actions}</div>` : nothing}
    </div>
    ${lead ? html`<p class="lead">${lead}</p>` : nothing}
  </header>
`

/** A message in a box. */
export const notice = (kind: 'bad' | 'warn' | 'good' | 'info', content: Content): TemplateResult =>
  html`<div class="notice ${kind}">${content}</div>`

/** A problem of the API. */
export const problemNotice = (problem: Problem, again?: () => void): TemplateResult => html`
  <div class="notice bad" role="alert">
    <p>${explainProblem(problem)}</p>
    ${
      problem.issues.length > 0 && problem.issues.some(({ message }) => !problem.message.includes(message))
        ? html`<ul>${problem.issues.map(({ at, message }) => html`<li><code>${at}</code>: ${message}</li>`)}</ul>`
        : nothing
    }
    ${again ? html`<button @click=${again}>Try again</button>` : nothing}
  </div>
`

/** What a resource shows while it is loaded, when it is there, and when it cannot be had. */
export function whenReady<Body>(
  live: { readonly current: LiveState<Body>; refresh(): void },
  waiting: TemplateResult,
  view: (body: Body) => TemplateResult,
): TemplateResult {
  const { current } = live
  if (current.state === 'loading') return html`<div aria-busy="true">${waiting}</div>`
  if (current.state === 'failed') return problemNotice(current.problem, () => live.refresh())
  return html`${current.trouble ? notice('warn', `${explainProblem(current.trouble)} What you see may be old.`) : nothing}
  ${view(current.body)}`
}

/** Lines in the place of a text that is being loaded. */
export const skeleton = (lines: number): TemplateResult => html`
  <div class="skeleton" aria-hidden="true">${Array.from({ length: lines }, () => html`<span></span>`)}</div>
  <p class="hidden-text">Loading</p>
`

/** A time by its distance from now; the exact one is its title. */
export const timeView = (instant: string | undefined): TemplateResult | typeof nothing =>
  instant === undefined
    ? nothing
    : html`<time datetime=${instant} title=${formatExact(instant)}>${formatRelative(instant, Date.now())}</time>`

/** A link to a page elsewhere; plain text where its address cannot be trusted. */
export function outLink(address: string | undefined, text: Content): Content {
  const href = toWebLink(address)
  return href === undefined
    ? text
    : html`<a href=${href} target="_blank" rel="noopener noreferrer">${text}<span class="hidden-text"> (opens in a new tab)</span></a>`
}

/** A state in a word. The mark before it does not depend on color. */
export const badge = (tone: Tone, text: string): TemplateResult => html`<span class="badge ${tone}">${text}</span>`

/** A button that copies a text, and says so. */
export function copyButton(text: () => string, label: string, look = ''): TemplateResult {
  const copy = async (event: Event): Promise<void> => {
    const button = event.currentTarget as HTMLButtonElement
    const said = button.querySelector('[role=status]')
    const isCopied = await navigator.clipboard.writeText(text()).then(
      () => true,
      () => false,
    )
    if (said) said.textContent = isCopied ? 'Copied' : 'Select and copy it by hand'
    setTimeout(() => {
      if (said) said.textContent = ''
    }, 2500)
  }
  return html`<button type="button" class="copy ${look}" @click=${copy}>${label}<span role="status"></span></button>`
}

/** A bar of parts, each a share of the whole. What it says must be in a text beside it. */
export const barView = (parts: readonly { readonly tone: Tone; readonly share: number }[]): TemplateResult => html`
  <div class="bar" aria-hidden="true">
    ${parts.map(({ tone, share }) => html`<span class=${tone} ${ref((part) => setWidth(part, share))}></span>`)}
  </div>
`

/** Sets the width of an element by script: the policy of the page refuses attributes with styles. */
function setWidth(element: Element | undefined, share: number): void {
  if (element instanceof HTMLElement) element.style.width = `${Math.min(1, Math.max(0, share)) * 100}%`
}

/** Terms with their values. Those without a value are left out. */
export const facts = (entries: readonly (readonly [string, Content | undefined])[]): TemplateResult => html`
  <dl class="facts">
    ${entries.map(([term, value]) =>
      value === undefined || value === nothing || value === ''
        ? nothing
        : html`<div>
            <dt>${term}</dt>
            <dd>${value}</dd>
          </div>`,
    )}
  </dl>
`
