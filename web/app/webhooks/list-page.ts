import { html, nothing, type TemplateResult } from 'lit-html'
import { get } from '../frame/calls.ts'
import { badge, notice, pageHead, skeleton, timeView, whenReady } from '../frame/elements.ts'
import { formatNoun } from '../frame/format.ts'
import { openLongList } from '../frame/long-list.ts'
import type { OpenPage } from '../frame/page.ts'
import { linkTo } from '../frame/routes.ts'
import type { UnreadableItem } from '../frame/unreadable.ts'
import type { Webhook } from './webhook.ts'

type Item = Webhook | UnreadableItem<'webhook'>

const PATH = 'v1/webhooks?limit=100'

/** The page of all webhooks. */
export const openWebhooks: OpenPage = (context) => {
  const list = openLongList<Item>(context, PATH)
  return {
    title: 'Webhooks',
    calls: () => [get(PATH)],
    view: () => html`
      ${pageHead('Webhooks', {
        lead: 'Addresses of yours that are told what happens: signed, and tried again until they answer.',
        actions: html`<a class="button main" href=${linkTo('new-webhook')}>New webhook …</a>`,
      })}
      ${whenReady(list.first, skeleton(4), () => tableView(list.items()))} ${list.view()}
    `,
  }
}

const tableView = (items: readonly Item[]): TemplateResult =>
  items.length === 0
    ? notice('info', html`There is no webhook yet. <a href=${linkTo('new-webhook')}>Register the first one</a>.`)
    : html`<table class="stack">
        <thead>
          <tr>
            <th scope="col">Webhook</th>
            <th scope="col">State</th>
            <th scope="col">Address</th>
            <th scope="col">Events</th>
            <th scope="col">Created</th>
          </tr>
        </thead>
        <tbody>
          ${items.map((item) => (item.state === 'unreadable' ? unreadableRow(item) : rowView(item)))}
        </tbody>
      </table>`

const rowView = ({ webhook, state, url, events, createdAt, disabledReason }: Webhook): TemplateResult => html`
  <tr>
    <th scope="row"><a href=${linkTo('webhook', webhook)}>${webhook}</a></th>
    <td data-label="State">
      ${state === 'enabled' ? badge('good', 'Enabled') : badge('bad', 'Disabled')} ${disabledReason ?? nothing}
    </td>
    <td data-label="Address"><code>${url}</code></td>
    <td data-label="Events">${formatNoun(events.length, 'type')}</td>
    <td data-label="Created">${timeView(createdAt)}</td>
  </tr>
`

const unreadableRow = ({ webhook, problem }: UnreadableItem<'webhook'>): TemplateResult => html`
  <tr>
    <th scope="row">${webhook}</th>
    <td data-label="State" colspan="4">${badge('bad', 'Cannot be read')} ${problem.detail}</td>
  </tr>
`
