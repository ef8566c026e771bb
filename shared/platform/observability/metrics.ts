/**
 * All custom metrics with their CloudWatch units. The list is short because CloudWatch charges for each metric and each
 * value of its dimension. Metrics that AWS provides are not repeated here: request counts and latency, function errors,
 * queue age.
 */
export const METRIC_UNITS = {
  /** Images by copy outcome. An image whose worker crashed and was retried may be counted twice. */
  ImagesCopied: 'Count',
  ImagesPresent: 'Count',
  ImagesMissing: 'Count',
  ImagesDenied: 'Count',
  ImagesArchived: 'Count',
  ImagesUnusable: 'Count',
  ImagesConflict: 'Count',
  ImagesFailed: 'Count',
  /** The cost of selecting the images of one batch, by `strategy`. */
  SelectionMilliseconds: 'Milliseconds',
  SelectionRequests: 'Count',
  SelectionBytes: 'Bytes',
  /** Bytes of imported metadata files. */
  ImportBytes: 'Bytes',
  LabelingJobsCreated: 'Count',
  /** Domain events published, by `event` type. */
  EventsSent: 'Count',
  /** Webhook delivery attempts and their duration, by `outcome`. */
  WebhookAttempts: 'Count',
  WebhookMilliseconds: 'Milliseconds',
  /** Time from an event to its successful delivery to a webhook. */
  DeliveryMilliseconds: 'Milliseconds',
  TestImagesStored: 'Count',
  TestImagesFailed: 'Count',
} as const
export type MetricName = keyof typeof METRIC_UNITS

/** Values recorded together, by metric name. */
export type MetricValues = Readonly<Partial<Record<MetricName, number>>>

/** The dimension of a record, besides the deployment: at most one of these. */
export type MetricDimensions = Readonly<Partial<Record<'strategy' | 'event' | 'outcome', string>>>
