import { html, nothing, type TemplateResult } from 'lit-html'
import type { LabelingJobView } from '../../../shared/contracts/labeling-job.ts'
import type { JobWorker } from '../../../shared/contracts/labeling-progress.ts'
import { get, toPath } from '../frame/calls.ts'
import { badge, barView, notice, skeleton, timeView, whenReady } from '../frame/elements.ts'
import { formatCount, formatDuration, formatNoun, formatShare } from '../frame/format.ts'
import { openLongList } from '../frame/long-list.ts'
import type { OpenPage } from '../frame/page.ts'
import { linkTo } from '../frame/routes.ts'
import { jobHead } from './job-frame.ts'
import { hasEnded } from './job-texts.ts'

/** The page of a job's workers: what each has done, how fast and how well. */
export const openJobWorkers =
  (name: string): OpenPage =>
  (context) => {
    const path = toPath('labeling-jobs', name)
    const listPath = `${path}/workers?limit=100`
    const job = context.watch<LabelingJobView>(path)
    const workers = openLongList<JobWorker>(
      context,
      listPath,
      () => job.current.state === 'ready' && !hasEnded(job.current.body),
    )
    return {
      title: `Workers of ${name}`,
      calls: () => [get(listPath), get(path)],
      view: () => html`
        ${jobHead(name, 'job-workers', job.current.state === 'ready' ? job.current.body : undefined)}
        <h2 class="section-head">Workers</h2>
        <p class="lead">
          A score is how well answers agree with those of others, and with known boxes: 100% is the same. Whoever is below 50%
          after 20 judged answers gets no more images. Output files name workers by the id beside their name.
        </p>
        ${whenReady(workers.first, skeleton(6), () => tableView(workers.items(), name))} ${workers.view()}
      `,
    }
  }

const tableView = (workers: readonly JobWorker[], job: string): TemplateResult =>
  workers.length === 0
    ? notice(
        'info',
        html`Nobody has taken an image yet. <a href=${linkTo('new-worker', '', { job })}>Make a link</a> and hand it out.`,
      )
    : html`<table class="stack">
        <thead>
          <tr>
            <th scope="col">Worker</th>
            <th scope="col" class="number">Answers</th>
            <th scope="col">Score</th>
            <th scope="col" class="number">An image takes</th>
            <th scope="col" class="number">A box takes</th>
            <th scope="col">Last seen</th>
          </tr>
        </thead>
        <tbody>
          ${workers.map(rowView)}
        </tbody>
      </table>`

const rowView = (one: JobWorker): TemplateResult => html`
  <tr>
    <th scope="row">
      ${one.worker === undefined ? 'removed worker' : html`<a href=${linkTo('worker', one.worker)}>${one.worker}</a>`}
      <code class="quiet-text">${one.workerId}</code>
      ${one.suspendedAt ? html`${badge('bad', 'Suspended')} ${timeView(one.suspendedAt)}` : nothing}
    </th>
    <td class="number" data-label="Answers">
      ${formatCount(one.answers)}
      <span class="quiet-text">${othersText(one)}</span>
    </td>
    <td data-label="Score">${scoreView(one)}</td>
    <td class="number" data-label="An image takes">${duration(one.medianSecondsPerImage)}</td>
    <td class="number" data-label="A box takes">${duration(one.medianSecondsPerBox)}</td>
    <td data-label="Last seen">${one.lastSeen ? timeView(one.lastSeen) : '–'}</td>
  </tr>
`

const duration = (seconds: number | undefined): string => (seconds === undefined ? '–' : formatDuration(seconds))

/** What a worker has done besides answering. */
const othersText = ({ declined, reviews, checks }: JobWorker): string =>
  [
    declined > 0 ? `${formatCount(declined)} declined` : '',
    reviews ? `${formatCount(reviews)} decided` : '',
    checks ? `${formatCount(checks)} checked` : '',
  ]
    .filter((text) => text !== '')
    .join(', ')

function scoreView({ score, agreement, gold, drift }: JobWorker): TemplateResult {
  if (score === undefined) return html`<span class="quiet-text">Not judged yet</span>`
  const tone = score < 0.5 ? 'bad' : score < 0.75 ? 'warn' : 'good'
  const parts = [
    agreement ? `agreement ${formatShare(agreement.score)} of ${formatNoun(agreement.judged, 'answer')}` : '',
    gold ? `gold ${formatShare(gold.score)} of ${formatNoun(gold.judged, 'answer')}` : '',
    drift !== undefined && Math.abs(drift) >= 0.05 ? (drift > 0 ? 'getting better' : 'getting worse') : '',
  ].filter((text) => text !== '')
  return html`<strong>${formatShare(score)}</strong> ${barView([{ tone, share: score }])}
    <span class="quiet-text">${parts.join('; ')}</span>`
}
