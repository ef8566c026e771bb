import { html, nothing, type TemplateResult } from 'lit-html'
import type { Actions } from '../page/actions.ts'
import type { PageState } from '../page/state.ts'

/** Renders why there is no image now. */
export const renderWait = (
  { job, reason, waitUntil, problem }: PageState,
  actions: Actions,
): TemplateResult => html`<main class="card">
  <h1>${problem === undefined ? 'No image for you right now' : 'The next images cannot be fetched'}</h1>
  ${problem === undefined ? nothing : html`<p class="notice bad" role="alert">${problem}</p>`}
  <p>${reason}</p>
  <p role="status">
    This page asks again at
    ${new Date(waitUntil > 0 ? waitUntil : Date.now()).toLocaleTimeString('en', { timeStyle: 'medium' })} by itself. You can
    leave it open.
  </p>
  <p><button type="button" @click=${() => job && actions.openJob(job)}>Ask now</button></p>
</main>`

export const renderDone = ({ reason, outbox }: PageState, actions: Actions): TemplateResult => html`<main class="card">
  <h1>Done. Thank you.</h1>
  <p>${reason}</p>
  ${
    outbox.waiting > 0
      ? html`<p class="notice warn">Keep this page open until all answers are sent: ${outbox.waiting} left.</p>`
      : nothing
  }
  <p><button type="button" class="main" @click=${actions.showJobs}>Your other jobs</button></p>
</main>`

export const renderElsewhere = ({ job }: PageState, actions: Actions): TemplateResult => html`<main class="card">
  <h1>You work in another tab</h1>
  <p>Only one tab works at a time, so that no image is drawn twice. What you have drawn there is kept.</p>
  <p>
    <button type="button" class="main" @click=${() => job && actions.openJob(job, true)}>Go on here</button>
  </p>
</main>`
