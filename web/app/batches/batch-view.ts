import { html, nothing, type TemplateResult } from 'lit-html'
import type { BatchView } from '../../../shared/contracts/batch.ts'
import { badge, barView, copyButton, facts, notice, timeView } from '../frame/elements.ts'
import { formatBytes, formatCount, formatNoun } from '../frame/format.ts'
import { linkTo } from '../frame/routes.ts'
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
    : html`${labelingJobs.map(({ job, status }) => html`<span class="item"><a href=${linkTo('job', job)}>${job}</a> (${status})</span>`)}`

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

/** The steps of the run, and how each has ended. */
export const runView = ({ run }: BatchView): TemplateResult => html`
  <section aria-labelledby="run-head">
    <h2 id="run-head" class="section-head">Steps</h2>
    <ol class="steps">
      ${run.steps.map(
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

/** How far copying is, and what could not be copied. */
export function copyView(copy: CopyProgress): TemplateResult {
  const { good, bad } = countCopies(copy)
  const { total, bytes } = copy
  const share = (count: number): number => (total === 0 ? 0 : count / total)
  return html`
    <section class="progress" aria-labelledby="copy-head">
      <h2 id="copy-head" class="section-head">Copies</h2>
      <p>${describeProgress(copy)} ${copy.state === 'cancelled' ? 'Copying was cancelled.' : nothing}</p>
      ${barView([
        { tone: isCopying(copy) ? 'busy' : 'good', share: share(good) },
        { tone: 'bad', share: share(bad) },
      ])}
      ${bytes > 0 ? html`<p class="quiet-text">${formatBytes(bytes)} in your bucket.</p>` : nothing}
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
