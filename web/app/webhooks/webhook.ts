import type { AnyEventType, EventType } from '../../../shared/contracts/event-type.ts'
import type { StoredProblem } from '../../../shared/contracts/stored-problem.ts'
import type { Tone } from '../frame/tone.ts'

/** A webhook, as the API returns it. */
export interface Webhook {
  readonly webhook: string
  readonly url: string
  readonly events: readonly EventType[]
  readonly state: 'enabled' | 'disabled'
  readonly disabledReason?: string | undefined
  readonly secretCreatedAt: string
  readonly previousSecretUntil?: string | undefined
  readonly createdAt: string
}

/** A webhook with the key that signs its deliveries, which is returned once. */
export interface WebhookWithSecret extends Webhook {
  readonly secret: string
}

/** One request to the receiver. */
export interface Attempt {
  readonly number: number
  readonly startedAt: string
  readonly milliseconds?: number | undefined
  readonly status?: number | undefined
  readonly outcome: 'under-way' | 'delivered' | 'refused' | 'failed' | 'unknown'
  readonly problem?: { readonly detail: string } | undefined
}

/** The delivery of one event to one webhook. */
export interface Delivery {
  readonly delivery: string
  readonly event: { readonly id: string; readonly type: AnyEventType; readonly timestamp: string }
  readonly state: 'pending' | 'delivered' | 'failed' | 'stopped'
  readonly attempts: readonly Attempt[]
  readonly nextAttemptAt?: string | undefined
  readonly problem?: StoredProblem | undefined
  readonly payload?: unknown
}

const STATES: Readonly<Record<string, readonly [Tone, string]>> = {
  pending: ['busy', 'Pending'],
  delivered: ['good', 'Delivered'],
  failed: ['bad', 'Failed'],
  stopped: ['warn', 'Stopped'],
}

/** Says in words what state a delivery is in. Pure. */
export const describeDelivery = (state: string): readonly [Tone, string] => STATES[state] ?? ['rest', state]

/** Says in words how an attempt ended. Pure. */
export function describeAttempt({ outcome, status, problem }: Attempt): string {
  switch (outcome) {
    case 'under-way':
      return 'under way'
    case 'delivered':
      return `delivered, status ${status ?? 'unknown'}`
    case 'refused':
      return `refused, status ${status ?? 'unknown'}`
    case 'failed':
      return `no response: ${problem?.detail ?? 'unknown reason'}`
    default:
      return 'unknown: whoever sent it could not record how it ended'
  }
}

/** Whether a delivery can be sent again. Pure. */
export const mayRedeliver = ({ state }: Delivery): boolean => state !== 'pending'

/** Says in words which events a webhook is told of. Types may be added, so others are shown as they are. Pure. */
export const describeEvents = (events: readonly string[]): string =>
  events.length === Object.keys(EVENT_TEXTS).length
    ? 'All'
    : events.map((type) => EVENT_TEXTS[type as EventType] ?? type).join('; ')

/** What happens, by the type of its event. Types may be added, so the list is what a form offers. */
export const EVENT_TEXTS: Readonly<Record<EventType, string>> = {
  'dataset.ready': 'A dataset was imported',
  'dataset.failed': 'An import failed',
  'batch.selected': 'The images of a batch are chosen',
  'batch.copied': 'All images of a batch are copied',
  'batch.incomplete': 'A batch is copied, with images missing',
  'batch.failed': 'A run of a batch failed',
  'manifest.written': 'A manifest was written',
  'labeling-job.completed': 'A labeling job is completed',
  'labeling-job.failed': 'A labeling job failed',
  'labeling-job.stopped': 'A labeling job was stopped',
  'labeling-job.disputed': 'The first image of a job is disputed',
  'labeling-job.worker-suspended': 'A worker gets no more images',
}
