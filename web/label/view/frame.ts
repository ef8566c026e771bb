import { html, nothing, type TemplateResult } from 'lit-html'
import type { PageState } from '../page/state.ts'
import type { OutboxState } from '../work/outbox.ts'
import type { Actions } from './actions.ts'

/** Renders the bar at the top: where the worker is, and whether everything is saved. */
export function renderHeader(state: PageState, actions: Actions): TemplateResult {
  const { at, job, signedIn } = state
  return html`<header class="bar">
    ${
      at === 'jobs' || at === 'sign-in' || at === 'starting'
        ? html`<strong class="brand">Groundwork</strong>`
        : html`<button type="button" class="quiet" @click=${actions.showJobs}>← Jobs</button>`
    }
    ${at === 'work' || at === 'wait' || at === 'done' ? html`<h1 class="title">${job?.title ?? ''}</h1>` : nothing}
    <span class="push"></span>
    ${at === 'work' || at === 'wait' || at === 'done' ? renderSaved(state.outbox) : nothing}
    ${
      at === 'work'
        ? html`<button type="button" class="quiet" @click=${() => actions.openDialog('instructions')}>
              Instructions <kbd>I</kbd>
            </button>
            <button type="button" class="quiet" @click=${() => actions.openDialog('help')}>Keys <kbd>?</kbd></button>`
        : nothing
    }
    ${signedIn && at === 'jobs' ? renderWho(signedIn, actions) : nothing}
  </header>`
}

const renderWho = (signedIn: NonNullable<PageState['signedIn']>, actions: Actions): TemplateResult => html`
  <span class="muted">${signedIn.worker}${signedIn.seat > 1 ? ` (seat ${signedIn.seat})` : ''}</span>
  <button type="button" class="quiet" @click=${actions.signOut}>Not my computer: sign out</button>`

/** Says how many answers the server has. It never says that something is saved which is not. */
function renderSaved({ saved, waiting, isOffline, lost }: OutboxState): TemplateResult {
  const kept = isOffline ? 'No connection' : 'Saving'
  const text =
    waiting > 0
      ? `${kept}: ${waiting} ${waiting === 1 ? 'answer is' : 'answers are'} kept on this computer`
      : saved === 0
        ? 'Nothing to save yet'
        : `All ${saved} saved`
  return html`<span class="saved ${waiting > 0 ? 'waiting' : ''}" role="status">${waiting > 0 ? '◌' : '✓'} ${text}</span>
    ${
      lost.length === 0
        ? nothing
        : html`<details class="lost">
            <summary>${lost.length} not taken</summary>
            <ul>
              ${lost.map(({ line, reason }) => html`<li>Image ${line}: ${reason}</li>`)}
            </ul>
          </details>`
    }`
}
