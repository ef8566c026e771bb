import { html, nothing, type TemplateResult } from 'lit-html'
import type { WorkerView } from '../../../shared/contracts/worker.ts'
import { get } from '../frame/calls.ts'
import { badge, notice, pageHead, skeleton, timeView, whenReady } from '../frame/elements.ts'
import { formatCount } from '../frame/format.ts'
import { openLongList } from '../frame/long-list.ts'
import type { OpenPage } from '../frame/page.ts'
import { linkTo } from '../frame/routes.ts'
import type { UnreadableItem } from '../frame/unreadable.ts'

type Item = WorkerView | UnreadableItem<'worker'>

const PATH = 'v1/workers?limit=100'

/** The page of all workers. */
export const openWorkers: OpenPage = (context) => {
  const list = openLongList<Item>(context, PATH)
  return {
    title: 'Workers',
    calls: () => [get(PATH)],
    view: () => html`
      ${pageHead('Workers', {
        lead: 'People who label. Each has a link and needs nothing else: no account, no password.',
        actions: html`<a class="button main" href=${linkTo('new-worker')}>New worker …</a>`,
      })}
      ${whenReady(list.first, skeleton(6), () => tableView(list.items()))} ${list.view()}
    `,
  }
}

const tableView = (items: readonly Item[]): TemplateResult =>
  items.length === 0
    ? notice('info', html`There is no worker yet. <a href=${linkTo('new-worker')}>Make the first one</a>.`)
    : html`<table class="stack">
        <thead>
          <tr>
            <th scope="col">Worker</th>
            <th scope="col">Role</th>
            <th scope="col">Jobs</th>
            <th scope="col" class="number">Seats taken</th>
            <th scope="col">Link opened</th>
          </tr>
        </thead>
        <tbody>
          ${items.map((item) => (item.state === 'unreadable' ? unreadableRow(item) : rowView(item)))}
        </tbody>
      </table>`

const rowView = ({ worker, state, role, jobs, seats, seatsTaken, lastSeenAt }: WorkerView): TemplateResult => html`
  <tr>
    <th scope="row">
      <a href=${linkTo('worker', worker)}>${worker}</a> ${state === 'expired' ? badge('rest', 'Expired') : nothing}
    </th>
    <td data-label="Role">${role === 'review' ? 'Reviewer' : 'Labels'}</td>
    <td data-label="Jobs">${jobs ? jobs.join(', ') : 'All'}</td>
    <td data-label="Seats taken" class="number">${formatCount(seatsTaken)} of ${formatCount(seats)}</td>
    <td data-label="Link opened">${lastSeenAt ? timeView(lastSeenAt) : 'Never'}</td>
  </tr>
`

const unreadableRow = ({ worker, problem }: UnreadableItem<'worker'>): TemplateResult => html`
  <tr>
    <th scope="row">${worker}</th>
    <td data-label="Role" colspan="4">${badge('bad', 'Cannot be read')} ${problem.detail}</td>
  </tr>
`
