import { html, nothing, type TemplateResult } from 'lit-html'
import type { WorkerJobItem } from '../../../shared/contracts/worker-job.ts'
import type { PageState } from '../page/state.ts'
import type { Job } from '../work/ask.ts'
import type { Actions } from './actions.ts'
import { countAnswers } from './frame.ts'

const DOES = { draw: 'Draw boxes', adjust: 'Correct boxes', verify: 'Say whether boxes are right' } as const

/** Renders the jobs of the worker. */
export function renderJobs(
  { jobs, isLoading, problem, signedIn, unsent }: PageState,
  actions: Actions,
): TemplateResult {
  const open = jobs.filter((job): job is Job => job.state === 'open')
  const rest = jobs.filter((job) => job.state !== 'open')
  return html`<main class="jobs">
    <h1>${signedIn?.role === 'review' ? 'What you can review' : 'Your jobs'}</h1>
    ${problem === undefined ? nothing : html`<p class="notice bad" role="alert">${problem}</p>`}
    ${
      unsent === 0
        ? nothing
        : html`<p class="notice warn">
            ${countAnswers(unsent)} kept on this computer and not sent yet. Start the job again to send them; signing out
            removes them.
          </p>`
    }
    ${
      isLoading
        ? html`<p role="status">Loading your jobs …</p>`
        : open.length === 0
          ? html`<p class="notice">There is no job for you now. Come back later, or ask whoever gave you the link.</p>`
          : html`<ul class="plain">${open.map((job) => renderJob(job, actions))}</ul>`
    }
    ${
      rest.length === 0
        ? nothing
        : html`<h2>Over</h2>
            <ul class="plain">${rest.map(renderRest)}</ul>`
    }
    <p><button type="button" @click=${actions.showJobs}>Look again</button></p>
  </main>`
}

function renderJob(job: Job, actions: Actions): TemplateResult {
  const { title, description, mode, labels, images, imagesLeft, imagesDone, deadline } = job
  const count = (number: number): string => number.toLocaleString('en')
  return html`<li class="job">
    <h2>${title}</h2>
    <p>${description}</p>
    <p class="muted">
      ${DOES[mode]}${mode === 'verify' ? '' : html`: ${labels.slice(0, 12).join(', ')}${labels.length > 12 ? ' …' : ''}`}.
      <strong>About ${count(imagesLeft)} left for you</strong>, ${count(imagesDone)} done, of ${count(images)} images.
      Until <time datetime=${deadline}>${new Date(deadline).toLocaleString('en', { dateStyle: 'medium', timeStyle: 'short' })}</time>.
    </p>
    <p><button type="button" class="main" @click=${() => actions.openJob(job)}>Start<span class="hidden-text">: ${title}</span></button></p>
  </li>`
}

function renderRest(job: WorkerJobItem): TemplateResult {
  if (job.state === 'unreadable') return html`<li class="job">${job.job}: cannot be read now. Nothing is lost.</li>`
  return html`<li class="job"><h3>${job.title}</h3><p class="muted">This job has ended. Thank you.</p></li>`
}
