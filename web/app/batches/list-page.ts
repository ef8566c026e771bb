import { html, nothing, type TemplateResult } from 'lit-html'
import type { BatchItem } from '../../../shared/contracts/batch.ts'
import { get } from '../frame/calls.ts'
import { badge, notice, pageHead, skeleton, timeView, whenReady } from '../frame/elements.ts'
import { formatCount } from '../frame/format.ts'
import { openLongList } from '../frame/long-list.ts'
import type { OpenPage } from '../frame/page.ts'
import { linkTo } from '../frame/routes.ts'
import type { UnreadableItem } from '../frame/unreadable.ts'
import { describeBatchState } from './batch-texts.ts'

type Item = BatchItem | UnreadableItem<'batch'>

const isRunning = (item: Item): boolean =>
  item.state === 'deleting' || (item.state !== 'unreadable' && item.run.state === 'running')

const PATH = 'v1/batches?limit=50'

/** The page of all batches. */
export const openBatches: OpenPage = (context) => {
  const list = openLongList<Item>(context, PATH, isRunning)
  return {
    title: 'Batches',
    calls: () => [get(PATH)],
    view: () => html`
      ${pageHead('Batches', {
        lead: 'Images that were chosen together. They are copied, written to a manifest, and labeled together.',
        actions: html`<a class="button main" href=${linkTo('new-batch')}>New batch …</a>`,
      })}
      ${whenReady(list.first, skeleton(6), () => tableView(list.items()))} ${list.view()}
    `,
  }
}

const tableView = (items: readonly Item[]): TemplateResult =>
  items.length === 0
    ? notice('info', html`There is no batch yet. <a href=${linkTo('new-batch')}>Make the first one</a>.`)
    : html`<table class="stack">
        <thead>
          <tr>
            <th scope="col">Batch</th>
            <th scope="col">State</th>
            <th scope="col">Classes</th>
            <th scope="col" class="number">Images</th>
            <th scope="col" class="number">Boxes</th>
            <th scope="col">Created</th>
          </tr>
        </thead>
        <tbody>
          ${items.map((item) => (item.state === 'unreadable' ? unreadableRow(item) : rowView(item)))}
        </tbody>
      </table>`

const rowView = ({ batch, state, request, imageCount, boxCount, createdAt }: BatchItem): TemplateResult => html`
  <tr>
    <th scope="row"><a href=${linkTo('batch', batch)}>${batch}</a></th>
    <td data-label="State">${badge(...describeBatchState(state))}</td>
    <td data-label="Classes">${request.classNames.join(', ')}</td>
    <td data-label="Images" class="number">${imageCount === undefined ? '–' : formatCount(imageCount)}</td>
    <td data-label="Boxes" class="number">${boxCount === undefined ? '–' : formatCount(boxCount)}</td>
    <td data-label="Created">${timeView(createdAt)}</td>
  </tr>
`

const unreadableRow = ({ batch, problem }: UnreadableItem<'batch'>): TemplateResult => html`
  <tr>
    <th scope="row">${batch}</th>
    <td data-label="State" colspan="5">${badge('bad', 'Cannot be read')} ${problem.detail ?? nothing}</td>
  </tr>
`
