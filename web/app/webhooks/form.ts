import type { EventType } from '../../../shared/contracts/event-type.ts'
import { type ApiCall, toPath } from '../frame/calls.ts'
import { EVENT_TEXTS } from './webhook.ts'

/** A webhook as somebody fills it in. */
export interface WebhookForm {
  readonly name: string
  readonly url: string
  readonly events: readonly EventType[]
}

export type WebhookFormEvent = Partial<WebhookForm>

/** Where each field is in the request, as problems name it. */
export const WEBHOOK_PLACES = { name: 'path.webhook', url: 'body.url', events: 'body.events' } as const

/** All types of events, in the order of the work. */
export const EVENT_TYPES = Object.keys(EVENT_TEXTS) as readonly EventType[]

/** The form as a page opens it: with all events. */
export const EMPTY_WEBHOOK: WebhookForm = { name: '', url: '', events: EVENT_TYPES }

/** Returns the form after a change. Pure. */
export const reduceWebhookForm = (form: WebhookForm, event: WebhookFormEvent): WebhookForm => ({ ...form, ...event })

/** Returns the call that registers the webhook; undefined while name or address is missing. Pure. */
export const toWebhookCall = ({ name, url, events }: WebhookForm): ApiCall | undefined =>
  name === '' || url === ''
    ? undefined
    : { method: 'PUT', path: toPath('webhooks', name), body: { url, events: [...events] } }
