import { html, nothing, type TemplateResult } from 'lit-html'
import type { WorkerJobItem } from '../../../shared/contracts/worker-job.ts'
import type { Actions } from '../page/actions.ts'
import type { PageState } from '../page/state.ts'
import type { Job } from '../work/ask.ts'
import { countAnswers } from './frame.ts'

const DOES = { draw: 'Draw boxes', adjust: 'Correct boxes', verify: 'Say whether boxes are right' } as const

/** Renders the jobs of the worker. */
export function renderJobs({ jobs, isLoading, problem, signedIn, kept }: PageState, actions: Actions): TemplateResult {
  const open = jobs.filter((job): job is Job => job.state === 'open')
  const rest = jobs.filter((job) => job.state !== 'open')
  return html`<main class="jobs">
    <h1>${signedIn?.role === 'review' ? 'What you can review' : 'Your jobs'}</h1>
    ${problem === undefined ? nothing : html`<p class="notice bad" role="alert">${problem}</p>`}
    ${
      kept.answers === 0
        ? nothing
        : html`<p class="notice warn">
            ${countAnswers(kept.answers)} kept on this computer and not sent yet. Start the job again to send them; signing out
            removes them.
          </p>`
    }
    ${
      isLoading
        ? html`<p role="status">Loading your jobs …</p>`
        : open.length === 0
          ? html`<p class="notice">There is no job for you now. Come back later, or ask whoever gave you the link.</p>`
          : html`<ul class="plain">${open.map((job) => renderJob(job, kept.saved.get(job.job) ?? 0, actions))}</ul>`
    }
    ${
      rest.length === 0
        ? nothing
        : html`<h2>Ended</h2>
            <ul class="plain">${rest.map(renderRest)}</ul>`
    }
    <p><button type="button" @click=${actions.showJobs}>Refresh</button></p>
  </main>`
}

/** @param saved answers to it that were saved from this browser: those of the block that the worker has now are not among the done ones */
function renderJob(job: Job, saved: number, actions: Actions): TemplateResult {
  const { title, description, mode, labels, images, imagesLeft, imagesDone, deadline } = job
  const count = (number: number): string => number.toLocaleString('en')
  return html`<li class="job">
    <h2>${title}</h2>
    <p>${description}</p>
    <p class="muted">
      ${DOES[mode]}${mode === 'verify' ? '' : html`: ${labels.slice(0, 12).join(', ')}${labels.length > 12 ? ' …' : ''}`}.
      <strong>About ${count(imagesLeft)} left for you</strong>, ${count(imagesDone)} done${saved > imagesDone ? `, ${count(saved - imagesDone)} saved and not submitted yet` : ''}, of ${count(images)} images.
      Until <time datetime=${deadline}>${new Date(deadline).toLocaleString('en', { dateStyle: 'medium', timeStyle: 'short' })}</time>.
    </p>
    <p><button type="button" class="main" @click=${() => actions.openJob(job)}>Start<span class="hidden-text">: ${title}</span></button></p>
  </li>`
}

function renderRest(job: WorkerJobItem): TemplateResult {
  if (job.state === 'unreadable') return html`<li class="job">${job.job}: cannot be read now. Nothing is lost.</li>`
  return html`<li class="job"><h3>${job.title}</h3><p class="muted">This job has ended. Thank you.</p></li>`
}
