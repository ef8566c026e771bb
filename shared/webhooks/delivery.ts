import { createHash } from 'node:crypto'
import * as z from 'zod'
import { AnyEventType } from '../contracts/event-type.ts'
import { Instant } from '../contracts/instant.ts'

export const DeliveryId = z
  .string()
  .regex(/^dlv_[0-9a-z]{11}_[0-9a-f]{16}$/, 'must be the id of a delivery, as its list tells it')

/** The greatest time there is, in milliseconds. */
const END_OF_TIME = 8_640_000_000_000_000

/** The one id of an event's delivery to a webhook. Ids of later events sort first. Pure. */
export function deliveryId(event: { readonly id: string; readonly timestamp: string }, webhookId: string): string {
  const place = (END_OF_TIME - Date.parse(event.timestamp)).toString(36).padStart(11, '0')
  const hash = createHash('sha256')
    .update(JSON.stringify([event.id, webhookId]))
    .digest('hex')
  return `dlv_${place}_${hash.slice(0, 16)}`
}

/** One request to the receiver. */
const Attempt = z
  .object({
    number: z.int().describe('From 1, over all that was ever tried of this delivery'),
    startedAt: Instant,
    endedAt: Instant.optional(),
    milliseconds: z.int().optional().describe('How long it took'),
    status: z.int().optional().describe('What the receiver answered, where it did'),
    outcome: z
      .enum(['under-way', 'delivered', 'refused', 'failed', 'unknown'])
      .describe(
        '`refused` by a status that is not 2xx; `failed` without an answer; `unknown` when nobody was left to write it down',
      ),
    problem: z.object({ code: z.string(), detail: z.string() }).optional().describe('Why there is no answer'),
  })
  .meta({ id: 'DeliveryAttempt', description: 'One request to the receiver.' })
export type Attempt = z.infer<typeof Attempt>

/** `stopped`: the webhook was disabled before it had taken it. */
export const DELIVERY_STATES = ['pending', 'delivered', 'failed', 'stopped'] as const

const EventFacts = z.object({
  id: z.string().describe('One, however often the event is sent'),
  type: AnyEventType,
  timestamp: Instant.describe('When it happened'),
})

/** `system/deliveries/<webhook>/<webhookId>/<delivery>.json`: one event on its way to one webhook. */
export const DeliveryState = z.object({
  webhook: z.string(),
  webhookId: z.string(),
  delivery: z.string(),
  event: EventFacts,
  state: z.enum(DELIVERY_STATES),
  /** In order; of very many the last ones. */
  attempts: z.array(Attempt),
  /** The attempt that is due next; absent while one is under way. `isSent` once its message was. */
  next: z.object({ number: z.int(), at: z.string(), isSent: z.boolean() }).optional(),
  /** With which attempt the present series of retries began, and when that was asked for. */
  series: z.object({ first: z.int(), at: z.string() }),
  /** The request that the present series goes back to. */
  requestId: z.string(),
  createdAt: z.string(),
  endedAt: z.string().optional(),
})
export type DeliveryState = z.infer<typeof DeliveryState>

/** What the API answers about a delivery. */
export const DeliveryView = z
  .object({
    delivery: z.string(),
    webhook: z.string(),
    event: EventFacts,
    state: z.enum(DELIVERY_STATES).describe('`stopped`: the webhook was disabled before it had taken it'),
    attempts: z.array(Attempt).describe('In order; of very many the last ones'),
    nextAttemptAt: Instant.optional().describe('When it is tried again'),
    createdAt: Instant,
    endedAt: Instant.optional(),
  })
  .meta({ id: 'Delivery', description: 'An event on its way to a webhook.' })
export type DeliveryView = z.infer<typeof DeliveryView>

/** What a webhook is sent. */
export const Payload = z
  .object({
    type: AnyEventType,
    timestamp: Instant.describe('When it happened'),
    data: z.record(z.string(), z.unknown()).describe('What it is about; `link` leads to the whole'),
  })
  .meta({ id: 'Event', description: 'What a webhook is sent: less than 20 kB.' })

/** A delivery with what its webhook is sent, as long as that is kept. */
export const DeliveryWithPayload = DeliveryView.extend({ payload: Payload.optional() }).meta({
  id: 'DeliveryWithPayload',
  description: 'A delivery with what its webhook is sent, as long as that is kept.',
})
export type DeliveryWithPayload = z.infer<typeof DeliveryWithPayload>

/** A message of the queue `deliveries`: make this attempt, or see to it that it goes on. */
export const DeliveryMessage = z.object({
  webhook: z.string(),
  webhookId: z.string(),
  delivery: z.string(),
  attempt: z.int(),
  notBefore: z.string(),
  requestId: z.string(),
})
export type DeliveryMessage = z.infer<typeof DeliveryMessage>
