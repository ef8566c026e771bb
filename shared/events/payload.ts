import type { AnyEventType } from '../contracts/event-type.ts'
import type { StoredEvent } from './stored-event.ts'

/** What a receiver gets as the body of its request. */
export interface Payload {
  readonly type: AnyEventType
  readonly timestamp: string
  readonly data: Readonly<Record<string, unknown>>
}

/** Which field of an event's data names the resource that it is about, and where that is found. */
const RESOURCES = {
  dataset: ['dataset', (name) => `/v1/datasets/${name}`],
  batch: ['batch', (name) => `/v1/batches/${name}`],
  manifest: ['batch', (name) => `/v1/batches/${name}/manifest`],
  'labeling-job': ['job', (name) => `/v1/labeling-jobs/${name}`],
  webhook: ['webhook', (name) => `/v1/webhooks/${name}`],
} as const satisfies Record<string, readonly [field: string, path: (name: string) => string]>

type Kind = keyof typeof RESOURCES

const KINDS: Readonly<Record<AnyEventType, Kind>> = {
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
 * What is sent of an event: thin, with a link to what it is about. Pure.
 * @param api the API's own address, as `https://host`; where it is not known links are paths
 */
export function toPayload({ type, timestamp, data }: StoredEvent, api: string | undefined): Payload {
  const path = resourcePath(type, data)
  if (path === undefined) return { type, timestamp, data }
  return { type, timestamp, data: { ...data, link: `${api?.replace(/\/+$/, '') ?? ''}${path}` } }
}

/** The path of the resource that an event is about; undefined where its data does not name it. Pure. */
function resourcePath(type: AnyEventType, data: StoredEvent['data']): string | undefined {
  const [field, path] = RESOURCES[KINDS[type]]
  const name = data[field]
  return typeof name === 'string' ? path(encodeURIComponent(name)) : undefined
}
