import * as z from 'zod'

/** Everything that webhooks can be told of. The list may grow. */
const EVENT_TYPES = [
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
] as const
export const EventType = z.enum(EVENT_TYPES)
export type EventType = z.infer<typeof EventType>

/** Every type that a delivery may have: a test goes to the webhook that asks for it, and to no other. */
export const AnyEventType = z.enum([...EVENT_TYPES, 'webhook.test'])
export type AnyEventType = z.infer<typeof AnyEventType>
