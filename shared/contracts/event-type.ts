import * as z from 'zod'

/** The types of domain events. The list may grow. */
export const EVENT_TYPES = [
  'dataset.ready',
  'dataset.failed',
  'batch.selected',
  'batch.copied',
  'batch.incomplete',
  'batch.failed',
  'manifest.written',
  'labeling-job.completed',
  'labeling-job.failed',
  'labeling-job.stopped',
  'labeling-job.disputed',
  'labeling-job.worker-suspended',
] as const
export const EventType = z.enum(EVENT_TYPES)
export type EventType = z.infer<typeof EventType>

/** The event types of deliveries: `webhook.test` is only delivered to the webhook that requested it. */
export const AnyEventType = z.enum([...EVENT_TYPES, 'webhook.test'])
export type AnyEventType = z.infer<typeof AnyEventType>
