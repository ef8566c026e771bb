import { html, nothing, type TemplateResult } from 'lit-html'
import type { Actions } from '../page/actions.ts'
import type { Kept, PageState } from '../page/state.ts'
import type { OutboxState } from '../work/outbox.ts'

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
    ${signedIn && at === 'jobs' ? renderWho(signedIn, state.kept, actions) : nothing}
  </header>`
}

const renderWho = (signedIn: NonNullable<PageState['signedIn']>, kept: Kept, actions: Actions): TemplateResult => html`
  <span class="muted">${signedIn.worker}${signedIn.seat > 1 ? ` (seat ${signedIn.seat})` : ''}</span>
  <button type="button" class="quiet" @click=${actions.signOut}>${describeSignOut(kept)}</button>`

function describeSignOut({ answers, drafts }: Kept): string {
  const lost = [
    answers > 0 && countAnswers(answers),
    drafts > 0 && `the drafts of ${drafts === 1 ? '1 image' : `${drafts} images`}`,
  ].filter(Boolean)
  return lost.length === 0 ? 'Not my computer: sign out' : `Sign out and lose ${lost.join(' and ')}`
}

/** Says how many answers the server has. It never says that something is saved, or kept, which is not. */
function renderSaved(outbox: OutboxState): TemplateResult {
  const { waiting, lost } = outbox
  return html`<span class="saved ${waiting > 0 ? 'waiting' : ''}" role="status">${waiting > 0 ? '◌' : '✓'} ${describeSaved(outbox)}</span>
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

export const countAnswers = (count: number): string => `${count} ${count === 1 ? 'answer' : 'answers'}`

function describeSaved({ saved, waiting, kept, onlyHere, isOffline, isSignedOut }: OutboxState): string {
  if (waiting === 0) return saved === 0 ? 'No answers yet' : `All ${saved} saved`
  const trouble = isSignedOut
    ? 'This link is not valid any more. Open a new one here'
    : isOffline
      ? 'No connection'
      : 'Saving'
  if (onlyHere > 0) return `${trouble}: ${countAnswers(waiting)}. Keep this tab open, this browser cannot keep them`
  // For some milliseconds, the latest answer is on its way into the browser's storage.
  return `${trouble}: ${countAnswers(waiting)}${kept === waiting ? ' kept on this computer' : ''}`
}
