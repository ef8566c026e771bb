import { createHash } from 'node:crypto'
import * as z from 'zod'
import { AnyEventType } from '../contracts/event-type.ts'
import { Count } from '../contracts/fields.ts'
import { instant } from '../contracts/instant.ts'
import { ResourceName } from '../contracts/resource-name.ts'
import { StoredProblem } from '../contracts/stored-problem.ts'
import { unreadableItem } from '../contracts/unreadable.ts'
import { ProblemState } from '../platform/state/common-states.ts'
import { recordType } from '../platform/state/record-type.ts'
import { storedEnum, storedObject } from '../platform/state/stored-schema.ts'

export const DeliveryId = z
  .string()
  .regex(/^dlv_[0-9a-z]{11}_[0-9a-f]{16}$/, 'must be a delivery id such as dlv_0hiv9qfq9yo_0123456789abcdef')
  .meta({ minLength: 32, maxLength: 32, description: 'Id of the delivery' })

/** The latest time of a Date, in milliseconds. */
const MAX_TIME_MILLISECONDS = 8_640_000_000_000_000

/**
 * Returns the id of an event's delivery to a webhook, always the same. Ids of later events sort first, so that a LIST
 * returns the newest ones first. Pure.
 */
export function deliveryId(event: { readonly id: string; readonly timestamp: string }, webhookId: string): string {
  const order = (MAX_TIME_MILLISECONDS - Date.parse(event.timestamp)).toString(36).padStart(11, '0')
  const hash = createHash('sha256')
    .update(JSON.stringify([event.id, webhookId]))
    .digest('hex')
  return `dlv_${order}_${hash.slice(0, 16)}`
}

/** Bounds the size of a delivery that is redelivered many times. */
export const MAX_ATTEMPTS_KEPT = 100

/** One attempt: one request to the receiver. */
const Attempt = z
  .object({
    number: z.int().min(1).describe('Number of the attempt, from 1; redeliveries continue the count'),
    startedAt: instant('When the request was sent'),
    endedAt: instant('When the attempt ended').optional(),
    milliseconds: Count.optional().describe('Duration in milliseconds'),
    status: z.int().min(100).max(999).optional().describe('HTTP status of the response, if there was one'),
    outcome: z
      .enum(['under-way', 'delivered', 'refused', 'failed', 'unknown'])
      .describe(
        '`delivered`: a 2xx response; `refused`: another status; `failed`: no response; `unknown`: the worker crashed before it could record the outcome',
      ),
    problem: z.object({ code: z.string(), detail: z.string() }).optional().describe('Why there was no response'),
  })
  .meta({ id: 'DeliveryAttempt', description: 'One request to the receiver of a webhook.' })
export type Attempt = z.infer<typeof Attempt>

const AttemptState: z.ZodType<Attempt> = storedObject({
  number: z.int(),
  startedAt: z.string(),
  endedAt: z.string().optional(),
  milliseconds: z.int().optional(),
  status: z.int().optional(),
  outcome: storedEnum(Attempt.shape.outcome.options),
  problem: storedObject({ code: z.string(), detail: z.string() }).optional(),
})

/** `stopped`: the webhook was disabled before the event was delivered. */
export const DELIVERY_STATES = ['pending', 'delivered', 'failed', 'stopped'] as const

const EventFacts = z.object({
  id: z
    .string()
    .meta({ pattern: '^evt_[0-9a-f]{32}$' })
    .describe('Id of the event, the same for all webhooks and attempts'),
  type: AnyEventType,
  timestamp: instant('When the event happened'),
})

/** `system/deliveries/<webhook>/<webhookId>/<delivery>.json`: the delivery of one event to one webhook. */
const DeliveryState = storedObject({
  webhook: z.string(),
  webhookId: z.string(),
  delivery: z.string(),
  event: storedObject({ id: z.string(), type: storedEnum(AnyEventType.options), timestamp: z.string() }),
  state: storedEnum(DELIVERY_STATES),
  /** In order. Only the last 100 are kept. */
  attempts: z.array(AttemptState),
  /** The next attempt; absent while one is under way. `isSent` once its message was sent. */
  next: storedObject({ number: z.int(), at: z.string(), isSent: z.boolean() }).optional(),
  /**
   * The first attempt of the current series of retries, when the series was requested, and how often the webhook had been
   * disabled until then; the count is absent in records of older code.
   */
  series: storedObject({ first: z.int(), at: z.string(), timesDisabled: z.int().optional() }),
  /** The request that started the current series. */
  requestId: z.string(),
  createdAt: z.string(),
  endedAt: z.string().optional(),
  /** Why it ended without an attempt: its event cannot be read. */
  problem: ProblemState.optional(),
})
export type DeliveryState = z.infer<typeof DeliveryState>

export const DELIVERY = recordType('a delivery', DeliveryState)

/** A delivery as the API returns it. */
export const DeliveryView = z
  .object({
    delivery: DeliveryId,
    webhook: ResourceName.describe('Name of the webhook'),
    event: EventFacts,
    state: z.enum(DELIVERY_STATES).describe('`stopped`: the webhook was disabled before the event was delivered'),
    attempts: z.array(Attempt).max(MAX_ATTEMPTS_KEPT).describe(`In order; only the last ${MAX_ATTEMPTS_KEPT} are kept`),
    nextAttemptAt: instant('When the next attempt is due').optional(),
    createdAt: instant('When the delivery was created'),
    endedAt: instant('When it was delivered, failed or was stopped').optional(),
    problem: StoredProblem.optional().describe('Why the event cannot be sent, if it is missing or cannot be read'),
  })
  .meta({ id: 'Delivery', description: 'The delivery of one event to one webhook.' })
export type DeliveryView = z.infer<typeof DeliveryView>

/** A delivery in a list. */
export const DeliveryItem = z
  .discriminatedUnion('state', [DeliveryView, unreadableItem('delivery', 'UnreadableDelivery')])
  .meta({
    id: 'DeliveryItem',
    description: 'A delivery in a list.',
  })
export type DeliveryItem = z.infer<typeof DeliveryItem>

/** The request body that a webhook receives. */
export const Payload = z
  .object({
    type: AnyEventType,
    timestamp: instant('When the event happened'),
    data: z
      .record(z.string(), z.unknown())
      .describe('Data of the event, with a `link` to its resource; `omitted` names fields that were too large'),
  })
  .meta({ id: 'Event', description: 'The request body that a webhook receives, less than 20 kB.' })

/** A delivery with the request body that its webhook receives, unless the event is missing or cannot be read. */
export const DeliveryWithPayload = DeliveryView.extend({ payload: Payload.optional() }).meta({
  id: 'DeliveryWithPayload',
  description:
    'A delivery and the request body that its webhook receives. The body is absent once the event has expired, and when it cannot be read.',
})
export type DeliveryWithPayload = z.infer<typeof DeliveryWithPayload>

/** A message of the queue `deliveries`: make this attempt, or whatever else the state of the delivery calls for. */
export const DeliveryMessage = z.object({
  webhook: z.string(),
  webhookId: z.string(),
  delivery: z.string(),
  attempt: z.int(),
  notBefore: z.string(),
  requestId: z.string(),
})
export type DeliveryMessage = z.infer<typeof DeliveryMessage>
