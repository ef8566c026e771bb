import { html, nothing, type TemplateResult } from 'lit-html'
import { type Action, makeActions } from '../frame/actions.ts'
import { get, toPath } from '../frame/calls.ts'
import { badge, facts, notice, pageHead, problemNotice, skeleton, timeView, whenReady } from '../frame/elements.ts'
import { openLongList } from '../frame/long-list.ts'
import type { OpenPage } from '../frame/page.ts'
import { linkTo } from '../frame/routes.ts'
import type { UnreadableItem } from '../frame/unreadable.ts'
import { deliveryTable } from './delivery-table.ts'
import { showSecret } from './secret-dialog.ts'
import { type Delivery, describeEvents, type Webhook, type WebhookWithSecret } from './webhook.ts'

type Item = Delivery | UnreadableItem<'delivery'>

const PARENT = { page: 'webhooks', text: 'Webhooks' } as const

/** The page of a webhook: its deliveries, a test, a new secret, and removal. */
export const openWebhook =
  (name: string): OpenPage =>
  (context) => {
    const path = toPath('webhooks', name)
    const listPath = `${path}/deliveries?limit=50`
    const webhook = context.watch<Webhook>(path)
    const deliveries = openLongList<Item>(context, listPath, ({ state }) => state === 'pending')
    const actions = makeActions(context, () => {
      webhook.refresh()
      deliveries.first.refresh()
    })
    const post = (action: string, said: string): Action => ({
      call: { method: 'POST', path: `${path}/${action}` },
      said,
    })
    const rotate: Action<WebhookWithSecret> = {
      ...post('rotate-secret', 'The secret was made.'),
      question: ROTATE,
      onAccepted: (body) => showSecret(context, body, () => webhook.refresh()),
    }
    const remove: Action = {
      question: removeQuestion(name),
      call: { method: 'DELETE', path },
      said: 'The webhook was removed.',
      next: linkTo('webhooks'),
    }
    const test = post('test', 'A test event was sent.')
    const redeliver = (delivery: string): void =>
      void actions.perform(post(`deliveries/${delivery}/redeliver`, 'The event is delivered again.'))
    const buttons = (): TemplateResult => html`
      <button class="main" @click=${() => void actions.perform(test)}>Send a test</button>
      ${
        webhook.current.state === 'ready' && webhook.current.body.state === 'disabled'
          ? html`<button @click=${() => void actions.perform(post('enable', 'The webhook is enabled.'))}>Enable</button>`
          : nothing
      }
      <button @click=${() => void actions.perform(rotate)}>New secret …</button>
      <button class="danger" @click=${() => void actions.perform(remove)}>Remove …</button>
    `
    return {
      title: name,
      calls: () => [get(path), get(listPath), test.call],
      view: () => {
        const problem = actions.problem()
        return html`
          ${pageHead(name, { parent: PARENT, actions: buttons() })} ${problem ? problemNotice(problem) : nothing}
          ${whenReady(webhook, skeleton(4), factsView)}
          <h2 class="section-head">Deliveries</h2>
          ${whenReady(deliveries.first, skeleton(6), () => deliveryTable(deliveries.items(), redeliver, { name, context }))}
          ${deliveries.view()}
        `
      },
    }
  }

const ROTATE = {
  title: 'Make a new secret?',
  yes: 'Make a new secret',
  text: html`<p>
    Deliveries are signed with both secrets for 24 hours, so that your receiver can change over. After that, only the new one
    counts. It is shown once.
  </p>`,
}

const removeQuestion = (name: string) => ({
  title: `Remove ${name}?`,
  yes: 'Remove the webhook',
  isDangerous: true,
  text: html`<p>The address is told nothing more, and the list of its deliveries is deleted.</p>`,
})

const factsView = (webhook: Webhook): TemplateResult => html`
  ${
    webhook.state === 'disabled'
      ? notice('bad', html`<p>It is disabled, and gets nothing: ${webhook.disabledReason}</p>`)
      : nothing
  }
  ${facts([
    ['State', webhook.state === 'enabled' ? badge('good', 'Enabled') : badge('bad', 'Disabled')],
    ['Address', html`<code>${webhook.url}</code>`],
    ['Events', describeEvents(webhook.events)],
    ['Secret made', timeView(webhook.secretCreatedAt)],
    [
      'Old secret signs',
      webhook.previousSecretUntil && html`as well, and ends ${timeView(webhook.previousSecretUntil)}`,
    ],
    ['Created', timeView(webhook.createdAt)],
  ])}
`
