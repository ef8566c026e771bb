import * as z from 'zod'
import { EventType } from '../contracts/event-type.ts'
import { Instant } from '../contracts/instant.ts'
import { ResourceName } from '../contracts/resource-name.ts'

export const WebhookName = ResourceName

const MOST_URL_CHARACTERS = 2048

/** The body of `PUT /v1/webhooks/{webhook}`. What the URL may be is checked by the one door for all outbound requests. */
export const WebhookRequest = z
  .strictObject({
    url: z.string().max(MOST_URL_CHARACTERS).describe('Where to: https, at a public address'),
    events: z
      .array(EventType)
      .min(1)
      .max(EventType.options.length)
      .refine((types) => new Set(types).size === types.length, { error: 'must name each type once' })
      .describe('The types of events that it is called for'),
  })
  .meta({ id: 'WebhookRequest', description: 'Who is to be called, and for what.' })
export type WebhookRequest = z.infer<typeof WebhookRequest>

/** A key that deliveries are signed with, as `whsec_` and base64; the newest has no end. */
const SigningSecret = z.object({ secret: z.string(), createdAt: z.string(), until: z.string().optional() })
export type SigningSecret = z.infer<typeof SigningSecret>

/** `system/webhooks/<name>.json`: who is called, for what, and with which secrets. */
export const WebhookState = z.object({
  /** Another one of the same name, made later, has another id. */
  webhookId: z.string(),
  url: z.string(),
  events: z.array(EventType),
  /** Newest first. */
  secrets: z.array(SigningSecret).min(1),
  disabled: z.object({ at: z.string(), reason: z.string() }).optional(),
  /** When it was disabled last, also after it was enabled again: what was under way then is over. */
  stoppedAt: z.string().optional(),
  /** Set while it is being removed. */
  removing: z.boolean().optional(),
  createdAt: z.string(),
})
export type WebhookState = z.infer<typeof WebhookState>

/** What the API answers about a webhook: all but its secrets. */
export const WebhookView = z
  .object({
    webhook: z.string(),
    url: z.string(),
    events: z.array(EventType).describe('The types of events that it is called for'),
    state: z.enum(['enabled', 'disabled']).describe('A disabled one is not called'),
    disabledAt: Instant.optional(),
    disabledReason: z.string().optional().describe('Why it is not called any more'),
    secretCreatedAt: Instant.describe('When its newest secret was made'),
    previousSecretUntil: Instant.optional().describe(
      'Until then deliveries are signed with secrets from before the last rotation as well',
    ),
    createdAt: Instant,
  })
  .meta({ id: 'Webhook', description: 'A URL that is called when something has happened.' })
export type WebhookView = z.infer<typeof WebhookView>

/** A webhook with its newest secret, which is told this once. */
export const WebhookWithSecret = WebhookView.extend({
  secret: z.string().describe('`whsec_` and base64: the key that its deliveries are signed with'),
}).meta({
  id: 'WebhookWithSecret',
  description: 'A webhook with its newest secret, which is told this once.',
})
export type WebhookWithSecret = z.infer<typeof WebhookWithSecret>

/** A webhook as the API shows it. Pure. */
export function toWebhookView(webhook: string, state: WebhookState, now: Date): WebhookView {
  const [newest, previous] = signingSecrets(state, now)
  return {
    webhook,
    url: state.url,
    events: state.events,
    state: state.disabled ? 'disabled' : 'enabled',
    ...(state.disabled && { disabledAt: state.disabled.at, disabledReason: state.disabled.reason }),
    secretCreatedAt: newest?.createdAt ?? state.createdAt,
    ...(previous?.until !== undefined && { previousSecretUntil: previous.until }),
    createdAt: state.createdAt,
  }
}

/** The secrets that sign now, newest first. Pure. */
export const signingSecrets = ({ secrets }: WebhookState, now: Date): SigningSecret[] =>
  secrets.filter(({ until }) => until === undefined || Date.parse(until) > now.getTime())
