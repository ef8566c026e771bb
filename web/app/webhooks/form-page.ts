import { html, nothing } from 'lit-html'
import { curlView } from '../frame/call-footer.ts'
import { makeDryRunner } from '../frame/dry-run.ts'
import { notice, pageHead } from '../frame/elements.ts'
import { checksField, textField } from '../frame/fields.ts'
import type { OpenPage } from '../frame/page.ts'
import { type FieldMessages, NO_MESSAGES, toFieldMessages } from '../frame/problem.ts'
import { linkTo } from '../frame/routes.ts'
import { makeStore } from '../frame/store.ts'
import { submitter } from '../frame/submitter.ts'
import { EMPTY_WEBHOOK, EVENT_TYPES, reduceWebhookForm, toWebhookCall, WEBHOOK_PLACES } from './form.ts'
import { showSecret } from './secret-dialog.ts'
import { EVENT_TEXTS, type Webhook, type WebhookWithSecret } from './webhook.ts'

/** The page on which a webhook is registered. Its secret is shown once. */
export const openNewWebhook: OpenPage = (context) => {
  let isThere = false
  const store = makeStore(reduceWebhookForm, EMPTY_WEBHOOK, () => {
    isThere = false
    sending.forget()
    dryRun.changed()
  })
  const dryRun = makeDryRunner<Webhook>(context, () => toWebhookCall(store.state))
  const onBody = (body: unknown): void => {
    const { webhook } = body as Webhook
    if (hasSecret(body)) showSecret(context, body, () => context.go(linkTo('webhook', webhook)))
    else isThere = true
  }
  const sending = submitter(context, () => toWebhookCall(store.state), { said: 'The webhook was registered.', onBody })
  return {
    title: 'New webhook',
    calls: () => [toWebhookCall(store.state) ?? { method: 'PUT', path: 'v1/webhooks/{webhook}' }],
    view: () => {
      const problem = sending.problem() ?? (dryRun.current.state === 'refused' ? dryRun.current.problem : undefined)
      const { byField, others }: FieldMessages<keyof typeof WEBHOOK_PLACES> = problem
        ? toFieldMessages(problem, WEBHOOK_PLACES)
        : NO_MESSAGES
      const { name, url, events } = store.state
      return html`
        ${pageHead('New webhook', {
          parent: { page: 'webhooks', text: 'Webhooks' },
          lead: 'Groundwork sends a signed request to your address when something happens.',
        })}
        <form class="with-preview" @submit=${sending.submit} novalidate>
          <div class="fields">
            ${textField({
              id: 'name',
              label: 'Name',
              help: 'Letters, digits and hyphens.',
              value: name,
              messages: byField.name,
              onInput: (value) => store.send({ name: value }),
            })}
            ${textField({
              id: 'url',
              label: 'Address',
              help: 'https, at a public address. On one machine, http to this machine works as well.',
              type: 'url',
              placeholder: 'https://example.org/groundwork',
              value: url,
              messages: byField.url,
              onInput: (value) => store.send({ url: value }),
            })}
            ${checksField({
              id: 'events',
              label: 'Events',
              help: 'What the address is told.',
              values: events,
              options: EVENT_TYPES.map((value) => ({ value, text: EVENT_TEXTS[value] })),
              messages: byField.events,
              onInput: (values) => store.send({ events: values }),
            })}
          </div>
          <div class="preview">
            ${
              isThere
                ? notice('warn', html`This webhook is there already. <a href=${linkTo('webhook', name)}>Open it</a>.`)
                : nothing
            }
            ${others.map((text) => html`<p class="notice bad" role="alert">${text}</p>`)}
            <button class="main wide" ?disabled=${sending.isSending() || dryRun.current.state !== 'fine'}>
              ${sending.isSending() ? 'Registering …' : 'Register, and show the secret'}
            </button>
            ${curlView(toWebhookCall(store.state), 'The same as a command')}
          </div>
        </form>
      `
    },
  }
}

const hasSecret = (body: unknown): body is WebhookWithSecret => typeof (body as WebhookWithSecret).secret === 'string'
