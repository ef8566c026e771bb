import { html, nothing, type TemplateResult } from 'lit-html'
import type { UnreadableItem } from '../datasets/dataset.ts'
import { type ApiCall, get, toPath } from '../frame/calls.ts'
import { toApiError } from '../frame/client.ts'
import { badge, facts, notice, pageHead, problemNotice, skeleton, timeView, whenReady } from '../frame/elements.ts'
import { openLongList } from '../frame/long-list.ts'
import type { OpenPage } from '../frame/page.ts'
import type { Problem } from '../frame/problem.ts'
import { linkTo } from '../frame/routes.ts'
import { deliveryTable } from './delivery-table.ts'
import { showSecret } from './secret-dialog.ts'
import { type Delivery, describeEvents, type Webhook, type WebhookWithSecret } from './webhook.ts'

const PARENT = { page: 'webhooks', text: 'Webhooks' } as const

/** The page of a webhook: its deliveries, a test, a new secret, and removal. */
export const openWebhook =
  (name: string): OpenPage =>
  (context) => {
    const { client, announce, ask, go, redraw } = context
    const path = toPath('webhooks', name)
    const listPath = `${path}/deliveries?limit=50`
    const post = (action: string): ApiCall => ({ method: 'POST', path: `${path}/${action}` })
    const webhook = context.watch<Webhook>(path)
    const deliveries = openLongList<Delivery | UnreadableItem<'delivery'>>(
      context,
      listPath,
      ({ state }) => state === 'pending',
    )
    let problem: Problem | undefined
    const run = async (act: () => Promise<void>): Promise<void> => {
      problem = undefined
      try {
        await act()
      } catch (error) {
        problem = toApiError(error)
      }
      webhook.refresh()
      deliveries.first.refresh()
      redraw()
    }
    const send = (call: ApiCall, said: string) => async (): Promise<void> => {
      await client.call(call)
      announce(said)
    }
    const rotate = async (): Promise<void> => {
      if (!(await ask(ROTATE))) return
      const { body } = await client.call<WebhookWithSecret>(post('rotate-secret'))
      showSecret(context, body, () => webhook.refresh())
    }
    const remove = async (): Promise<void> => {
      if (!(await ask(removeQuestion(name)))) return
      await client.call({ method: 'DELETE', path })
      announce('The webhook was removed.')
      go(linkTo('webhooks'))
    }
    const redeliver = (delivery: string): void =>
      void run(send(post(`deliveries/${delivery}/redeliver`), 'The event is delivered again.'))
    const actions = (): TemplateResult => html`
      <button class="main" @click=${() => void run(send(post('test'), 'A test event was sent.'))}>Send a test</button>
      ${
        webhook.current.state === 'ready' && webhook.current.body.state === 'disabled'
          ? html`<button @click=${() => void run(send(post('enable'), 'The webhook is enabled.'))}>Enable</button>`
          : nothing
      }
      <button @click=${() => void run(rotate)}>New secret …</button>
      <button class="danger" @click=${() => void run(remove)}>Remove …</button>
    `
    return {
      title: name,
      calls: () => [get(path), get(listPath), post('test')],
      view: () => html`
        ${pageHead(name, { parent: PARENT, actions: actions() })} ${problem ? problemNotice(problem) : nothing}
        ${whenReady(webhook, skeleton(4), factsView)}
        <h2 class="section-head">Deliveries</h2>
        ${whenReady(deliveries.first, skeleton(6), () => deliveryTable(deliveries.items(), redeliver, { name, context }))}
        ${deliveries.view()}
      `,
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
