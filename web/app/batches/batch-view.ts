import { html, nothing, type TemplateResult } from 'lit-html'
import type { BatchView } from '../../../shared/contracts/batch.ts'
import { badge, barView, copyButton, facts, notice, timeView } from '../frame/elements.ts'
import { formatBytes, formatCount, formatNoun } from '../frame/format.ts'
import { linkTo } from '../frame/routes.ts'
import { describeStatus } from '../jobs/job-texts.ts'
import {
  type CopyProgress,
  countCopies,
  describeBatchState,
  describeProgress,
  describeStep,
  isCopying,
  STEP_TEXTS,
} from './batch-texts.ts'
import { describeCopy } from './image.ts'

/** What a batch is: its state, counts, classes and labeling jobs. */
export const batchSummary = (batch: BatchView): TemplateResult => html`
  ${batch.problem ? notice('bad', html`<p>${batch.problem.detail}</p>`) : nothing}
  ${batch.warnings.map(({ message }) => notice('warn', message))}
  ${facts([
    ['State', badge(...describeBatchState(batch.state))],
    ['Images', batch.imageCount === undefined ? undefined : formatCount(batch.imageCount)],
    ['Boxes', batch.boxCount === undefined ? undefined : formatCount(batch.boxCount)],
    ['Dataset', html`<a href=${linkTo('dataset', batch.dataset)}>${batch.dataset}</a>`],
    ['Number', formatCount(batch.request.batchOffset)],
    ['Created', timeView(batch.createdAt)],
    ['Folder', html`<code>${batch.location}</code> ${copyButton(() => batch.location, 'Copy', 'quiet small')}`],
    ['Labeling jobs', jobLinks(batch)],
  ])}
`

const jobLinks = ({ labelingJobs }: BatchView): TemplateResult | undefined =>
  labelingJobs.length === 0
    ? undefined
    : html`${labelingJobs.map(({ job, status }) => html`<span class="item"><a href=${linkTo('job', job)}>${job}</a> (${describeStatus(status)[1].toLowerCase()})</span>`)}`

/** The classes of a batch, and how many images each has got. */
export const classTable = (classes: NonNullable<BatchView['classes']>): TemplateResult => html`
  <table class="stack">
    <caption class="hidden-text">
      Classes of the batch
    </caption>
    <thead>
      <tr>
        <th scope="col">Class</th>
        <th scope="col" class="number">Images chosen</th>
        <th scope="col" class="number">In the dataset</th>
        <th scope="col" class="number">Short by</th>
      </tr>
    </thead>
    <tbody>
      ${classes.map(
        ({ className, selected, requested, available, shortBy }) => html`<tr>
          <th scope="row">${className}</th>
          <td class="number" data-label="Images chosen">${formatCount(selected)} of ${formatCount(requested)}</td>
          <td class="number" data-label="In the dataset">${formatCount(available)}</td>
          <td class="number" data-label="Short by">${shortBy === 0 ? '–' : formatCount(shortBy)}</td>
        </tr>`,
      )}
    </tbody>
  </table>
`

/** The steps up to the manifest have their places, also where the run does not go so far: what is below stays where it is. */
function shownSteps({ steps }: BatchView['run']): readonly ShownStep[] {
  const later = USUAL_STEPS.filter((usual) => !steps.some(({ step }) => step === usual))
  return [...steps, ...later.map((step) => ({ step, state: 'not-asked-for' }))]
}

type ShownStep = Omit<BatchView['run']['steps'][number], 'state'> & { readonly state: string }

const USUAL_STEPS = ['select', 'copy', 'manifest'] as const

/** The steps of the run, and how each has ended. */
export const runView = ({ run }: BatchView): TemplateResult => html`
  <section aria-labelledby="run-head">
    <h2 id="run-head" class="section-head">Steps</h2>
    <ol class="steps">
      ${shownSteps(run).map(
        ({ step, state, endedAt, problem, lines, omittedCount = 0 }) => html`<li>
          <strong>${STEP_TEXTS[step] ?? step}</strong> ${badge(...describeStep(state))}
          <span class="quiet-text">
            ${lines === undefined ? nothing : formatNoun(lines, 'line')}${omittedCount > 0 ? `, ${formatNoun(omittedCount, 'image')} left out` : nothing}
            ${timeView(endedAt)}
          </span>
          ${problem ? notice('bad', problem.detail) : nothing}
        </li>`,
      )}
    </ol>
  </section>
`

/** How far copying is; with undefined, the place where that will be said. */
export function copyView(copy: CopyProgress | undefined): TemplateResult {
  const { good, bad } = copy ? countCopies(copy) : { good: 0, bad: 0 }
  const { total, bytes } = copy ?? { total: 0, bytes: 0 }
  const share = (count: number): number => (total === 0 ? 0 : count / total)
  return html`
    <section class="progress" aria-labelledby="copy-head">
      <h2 id="copy-head" class="section-head">Copies</h2>
      <p>
        ${copy ? describeProgress(copy) : 'No image is copied yet.'}
        ${copy?.state === 'cancelled' ? 'Copying was cancelled.' : nothing}
      </p>
      ${barView([
        { tone: copy && isCopying(copy) ? 'busy' : 'good', share: share(good) },
        { tone: 'bad', share: share(bad) },
      ])}
      <p class="quiet-text">${formatBytes(bytes)} in your bucket.</p>
    </section>
  `
}

/** The images without a copy, and why. */
export const failuresView = ({ failures }: CopyProgress): TemplateResult | typeof nothing =>
  failures.length === 0
    ? nothing
    : html`
  <details class="more" open>
    <summary>${formatNoun(failures.length, 'image')} without a copy</summary>
    <table class="stack">
      <thead>
        <tr>
          <th scope="col">Image</th>
          <th scope="col">Outcome</th>
          <th scope="col">Reason</th>
        </tr>
      </thead>
      <tbody>
        ${failures.map(
          ({ imageId, outcome, reason }) => html`<tr>
            <th scope="row"><code>${imageId}</code></th>
            <td data-label="Outcome">${describeCopy(outcome)}</td>
            <td data-label="Reason">${reason}</td>
          </tr>`,
        )}
      </tbody>
    </table>
  </details>
`
