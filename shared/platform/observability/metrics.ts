/**
 * Everything that is counted and measured, each with its unit as CloudWatch calls it. Names are few, because each of
 * them is paid for, once for each value of its dimension. What AWS counts itself is not among them: requests and their
 * times, errors of functions, the age of queues.
 */
export const METRIC_UNITS = {
  /** Images by how their copies ended; one whose worker died and came again may be counted twice. */
  ImagesCopied: 'Count',
  ImagesPresent: 'Count',
  ImagesMissing: 'Count',
  ImagesDenied: 'Count',
  ImagesConflict: 'Count',
  ImagesFailed: 'Count',
  /** What choosing the images of one batch took, by `strategy`. */
  SelectionMilliseconds: 'Milliseconds',
  SelectionRequests: 'Count',
  SelectionBytes: 'Bytes',
  /** Bytes of metadata files brought in. */
  ImportBytes: 'Bytes',
  LabelingJobsCreated: 'Count',
  /** Events sent out, by their `event` type. */
  EventsSent: 'Count',
  /** Attempts to hand an event to a webhook, and how long each took, by `outcome`. */
  WebhookAttempts: 'Count',
  WebhookMilliseconds: 'Milliseconds',
  /** From an event to its being taken by a webhook. */
  DeliveryMilliseconds: 'Milliseconds',
  TestImagesStored: 'Count',
  TestImagesFailed: 'Count',
} as const
export type MetricName = keyof typeof METRIC_UNITS

/** Numbers of one thing that was done, by name. */
export type MetricValues = Readonly<Partial<Record<MetricName, number>>>

/** What numbers are told apart by, besides the deployment: one of these at most. */
export type MetricDimensions = Readonly<Partial<Record<'strategy' | 'event' | 'outcome', string>>>
