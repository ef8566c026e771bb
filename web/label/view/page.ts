import { html, type TemplateResult } from 'lit-html'
import type { Actions } from '../page/actions.ts'
import type { PageState } from '../page/state.ts'
import type { TaskImage } from '../work/images.ts'
import { renderDialog } from './dialogs.ts'
import { renderHeader } from './frame.ts'
import { renderJobs } from './jobs.ts'
import { renderDone, renderElsewhere, renderWait } from './pauses.ts'
import { renderSignIn } from './sign-in.ts'
import { renderWork } from './work.ts'

/** Renders the whole page. @param surface the element of the surface, which draws itself */
export const renderPage = (
  state: PageState,
  image: TaskImage,
  surface: HTMLElement,
  actions: Actions,
): TemplateResult => html`${renderHeader(state, actions)} ${renderMain(state, image, surface, actions)}
  ${renderDialog(state, actions)}`

function renderMain(state: PageState, image: TaskImage, surface: HTMLElement, actions: Actions): TemplateResult {
  switch (state.at) {
    case 'starting':
      return html`<main class="card"><h1>Label images</h1><p role="status">Opening …</p></main>`
    case 'sign-in':
      return renderSignIn(state, actions)
    case 'jobs':
      return renderJobs(state, actions)
    case 'work':
      return renderWork(state, image, surface, actions)
    case 'wait':
      return renderWait(state, actions)
    case 'done':
      return renderDone(state, actions)
    case 'elsewhere':
      return renderElsewhere(state, actions)
  }
}
