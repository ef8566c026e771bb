import { html, nothing, type TemplateResult } from 'lit-html'
import type { LabelingJobSummary } from '../../../shared/contracts/labeling-job.ts'
import type { Warning } from '../../../shared/contracts/warning.ts'
import { get } from '../frame/calls.ts'
import { badge, barView, notice, pageHead, skeleton, timeView, whenReady } from '../frame/elements.ts'
import { openLongList } from '../frame/long-list.ts'
import type { OpenPage } from '../frame/page.ts'
import type { ListPage } from '../frame/paged-list.ts'
import { linkTo } from '../frame/routes.ts'
import type { UnreadableItem } from '../frame/unreadable.ts'
import { describeMode, describeStatus, hasEnded, measureJob } from './job-texts.ts'

type Item = LabelingJobSummary | (UnreadableItem<'job'> & { readonly status?: undefined })

const PATH = 'v1/labeling-jobs?limit=50'

/** The page of all labeling jobs. */
export const openJobs: OpenPage = (context) => {
  const list = openLongList<Item>(context, PATH, ({ status }) => status !== undefined && !hasEnded({ status }))
  return {
    title: 'Labeling jobs',
    calls: () => [get(PATH)],
    view: () => html`
      ${pageHead('Labeling jobs', {
        lead: 'Each gives the images of a batch to people, and collects what they draw.',
        actions: html`<a class="button main" href=${linkTo('new-job')}>New labeling job …</a>`,
      })}
      ${whenReady(list.first, skeleton(6), (page) => html`${warningsView(page)} ${tableView(list.items())}`)}
      ${list.view()}
    `,
  }
}

const warningsView = ({ warnings = [] }: ListPage<Item> & { readonly warnings?: readonly Warning[] }): TemplateResult =>
  html`${warnings.map(({ message }) => notice('warn', message))}`

const tableView = (items: readonly Item[]): TemplateResult =>
  items.length === 0
    ? notice('info', html`There is no labeling job yet. <a href=${linkTo('new-job')}>Start the first one</a>.`)
    : html`<table class="stack">
        <thead>
          <tr>
            <th scope="col">Job</th>
            <th scope="col">Status</th>
            <th scope="col">What people do</th>
            <th scope="col">Progress</th>
            <th scope="col">Created</th>
          </tr>
        </thead>
        <tbody>
          ${items.map((item) => (item.status === undefined ? unreadableRow(item) : rowView(item)))}
        </tbody>
      </table>`

function rowView(job: LabelingJobSummary): TemplateResult {
  const [images] = measureJob(job)
  return html`<tr>
    <th scope="row"><a href=${linkTo('job', job.job)}>${job.job}</a></th>
    <td data-label="Status">${badge(...describeStatus(job.status))}</td>
    <td data-label="What people do">${job.mode ? describeMode(job.mode) : '–'}</td>
    <td data-label="Progress">${images ? html`${images.text} ${barView(images.parts)}` : nothing}</td>
    <td data-label="Created">${timeView(job.createdAt)}</td>
  </tr>`
}

const unreadableRow = ({ job, problem }: UnreadableItem<'job'>): TemplateResult => html`
  <tr>
    <th scope="row">${job}</th>
    <td data-label="Status" colspan="4">${badge('bad', 'Cannot be read')} ${problem.detail}</td>
  </tr>
`
