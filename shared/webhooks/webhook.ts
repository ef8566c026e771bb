import * as z from 'zod'
import { EventType } from '../contracts/event-type.ts'
import { instant } from '../contracts/instant.ts'
import { ResourceName } from '../contracts/resource-name.ts'
import { unreadableItem } from '../contracts/unreadable.ts'
import { hideQuery } from '../platform/outbound/outbound-url.ts'
import { recordType } from '../platform/state/record-type.ts'
import { storedEnum, storedObject } from '../platform/state/stored-schema.ts'

export const WebhookName = ResourceName.describe('Name of the webhook')

export const MAX_URL_CHARACTERS = 2048

/** The body of `PUT /v1/webhooks/{webhook}`. The URL is checked by the SSRF guard for outbound requests. */
export const WebhookRequest = z
  .strictObject({
    url: z.string().max(MAX_URL_CHARACTERS).describe('Receiver URL: https, at a public address'),
    events: z
      .array(EventType)
      .min(1)
      .max(EventType.options.length)
      .refine((types) => new Set(types).size === types.length, { error: 'must not contain duplicates' })
      .meta({ uniqueItems: true })
      .describe('Event types to deliver'),
  })
  .meta({ id: 'WebhookRequest', description: 'A receiver URL and the event types to deliver to it.' })
export type WebhookRequest = z.infer<typeof WebhookRequest>

/** A key that signs deliveries, as `whsec_` and base64. The newest one has no `until`. */
const SigningSecret = storedObject({ secret: z.string(), createdAt: z.string(), until: z.string().optional() })
export type SigningSecret = z.infer<typeof SigningSecret>

/** `system/webhooks/<name>.json`: a webhook and its secrets. */
const WebhookState = storedObject({
  /** Its name. Absent in records of older code, which had no such field. */
  webhook: z.string().optional(),
  /** Distinguishes webhooks that had the same name at different times. */
  webhookId: z.string(),
  url: z.string(),
  events: z.array(storedEnum(EventType.options)),
  /** Newest first. */
  secrets: z.array(SigningSecret).min(1),
  disabled: storedObject({ at: z.string(), reason: z.string() }).optional(),
  /** When it was last disabled, kept when it is enabled again. */
  stoppedAt: z.string().optional(),
  /**
   * How often it was disabled, 0 if absent. A delivery that was requested before the last time is stopped: a count says
   * so even if the clock of the function that disabled it was wrong.
   */
  timesDisabled: z.int().optional(),
  /** Set once its removal has started. */
  removing: z.boolean().optional(),
  createdAt: z.string(),
})
export type WebhookState = z.infer<typeof WebhookState>

export const WEBHOOK = recordType('a webhook', WebhookState)

/** A webhook as the API returns it, without its secrets. */
export const WebhookView = z
  .object({
    webhook: WebhookName,
    url: WebhookRequest.shape.url.describe('Receiver URL; its query, which may be a key, is shown as `?…`'),
    events: z.array(EventType).min(1).meta({ uniqueItems: true }).describe('Event types to deliver'),
    state: z.enum(['enabled', 'disabled']).describe('A disabled webhook gets no deliveries'),
    disabledAt: instant('When it was disabled').optional(),
    disabledReason: z.string().optional().describe('Why it was disabled'),
    secretCreatedAt: instant('When the newest secret was created'),
    previousSecretUntil: instant('When deliveries stop being signed with previous secrets as well').optional(),
    createdAt: instant('When it was created'),
  })
  .meta({ id: 'Webhook', description: 'A URL that events are delivered to.' })
export type WebhookView = z.infer<typeof WebhookView>

/** A webhook in a list. */
export const WebhookItem = z
  .discriminatedUnion('state', [WebhookView, unreadableItem('webhook', 'UnreadableWebhook')])
  .meta({
    id: 'WebhookItem',
    description: 'A webhook in a list.',
  })
export type WebhookItem = z.infer<typeof WebhookItem>

/** A webhook with its newest secret, which is never returned again. */
export const WebhookWithSecret = WebhookView.extend({
  secret: z
    .string()
    .meta({ pattern: '^whsec_[A-Za-z0-9+/=]+$' })
    .describe('The key that signs deliveries: `whsec_` and base64'),
}).meta({
  id: 'WebhookWithSecret',
  description: 'A webhook with its newest secret. The secret is never returned again.',
})
export type WebhookWithSecret = z.infer<typeof WebhookWithSecret>

/** Converts a webhook to its API view. Pure. */
export function toWebhookView(webhook: string, state: WebhookState, now: Date): WebhookView {
  const [newest, previous] = signingSecrets(state, now)
  const disabled = whyDisabled(state, now)
  return {
    webhook,
    url: hideQuery(state.url),
    events: state.events,
    state: disabled ? 'disabled' : 'enabled',
    ...(disabled && { disabledAt: disabled.at, disabledReason: disabled.reason }),
    secretCreatedAt: newest?.createdAt ?? state.createdAt,
    ...(previous?.until !== undefined && { previousSecretUntil: previous.until }),
    createdAt: state.createdAt,
  }
}

/**
 * Returns why a webhook gets no deliveries at this time; undefined if it gets them. Without a secret that signs, its
 * receiver could not tell a delivery from a forged one. Pure.
 */
export function whyDisabled(
  state: WebhookState,
  now: Date,
): { readonly at: string; readonly reason: string } | undefined {
  if (state.disabled) return state.disabled
  if (signingSecrets(state, now).length > 0) return undefined
  const reason = 'All its secrets have expired. Create a new one with POST …/rotate-secret.'
  return {
    at:
      state.secrets
        .map(({ until = '' }) => until)
        .sort()
        .at(-1) ?? state.createdAt,
    reason,
  }
}

/** Returns the secrets that sign at this time, newest first. Pure. */
export const signingSecrets = ({ secrets }: WebhookState, now: Date): SigningSecret[] =>
  secrets.filter(({ until }) => until === undefined || Date.parse(until) > now.getTime())
