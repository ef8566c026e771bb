import type { AnyEventType } from '../contracts/event-type.ts'
import type { StoredEvent } from './stored-event.ts'

/** The request body that a webhook receiver gets. */
export interface Payload {
  readonly type: AnyEventType
  readonly timestamp: string
  readonly data: Readonly<Record<string, unknown>>
}

/** For each kind of resource: the field of the event data with its name, and its API path. */
const RESOURCES = {
  dataset: ['dataset', (name) => `/v1/datasets/${name}`],
  batch: ['batch', (name) => `/v1/batches/${name}`],
  manifest: ['batch', (name) => `/v1/batches/${name}/manifest`],
  'labeling-job': ['job', (name) => `/v1/labeling-jobs/${name}`],
  webhook: ['webhook', (name) => `/v1/webhooks/${name}`],
} as const satisfies Record<string, readonly [field: string, path: (name: string) => string]>

type ResourceKind = keyof typeof RESOURCES

/** Stored events may have a type that only a newer version knows. */
const RESOURCE_KINDS: Readonly<Partial<Record<AnyEventType, ResourceKind>>> = {
  'dataset.ready': 'dataset',
  'dataset.failed': 'dataset',
  'batch.selected': 'batch',
  'batch.copied': 'batch',
  'batch.incomplete': 'batch',
  'batch.failed': 'batch',
  'manifest.written': 'manifest',
  'labeling-job.completed': 'labeling-job',
  'labeling-job.failed': 'labeling-job',
  'labeling-job.stopped': 'labeling-job',
  'webhook.test': 'webhook',
}

/**
 * Builds the request body of an event: its data, with a link to the resource. Pure.
 * @param apiUrl the API's base URL, such as `https://host`; without it the link is a path
 */
export function toPayload({ type, timestamp, data }: StoredEvent, apiUrl: string | undefined): Payload {
  const path = resourcePath(type, data)
  if (path === undefined) return { type, timestamp, data }
  return { type, timestamp, data: { ...data, link: `${apiUrl?.replace(/\/+$/, '') ?? ''}${path}` } }
}

/** Returns the API path of the event's resource; undefined when its data or its type does not name it. */
function resourcePath(type: AnyEventType, data: StoredEvent['data']): string | undefined {
  const kind = RESOURCE_KINDS[type]
  if (!kind) return undefined
  const [field, path] = RESOURCES[kind]
  const name = data[field]
  return typeof name === 'string' ? path(encodeURIComponent(name)) : undefined
}
