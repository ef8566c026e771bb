import type { Labeler, Workteams } from '../contracts/labeler.ts'
import type { Config, QueueName } from './config.ts'
import type { LogEvent } from './observability/log-events.ts'
import type { MetricDimensions, MetricValues } from './observability/metrics.ts'
import type { Bucket, ObjectCopier, ObjectStore, RemoteFiles, Uploads } from './storage/ports.ts'

export interface DownloadOptions {
  /** A larger file is refused: before the download when the server sends its size, else during it. */
  readonly maxBytes: number
  /** The `Accept` header. */
  readonly accept: string
  /**
   * Called with the first 1,024 bytes (all of a smaller file) before the rest is awaited, and the URL that sent them, as
   * in {@link DownloadedFile}. Throws to end the download.
   */
  readonly checkStart: (start: Uint8Array, url: string) => void
}

/** A downloaded file, and where it came from. */
export interface DownloadedFile {
  readonly bytes: Uint8Array
  /** The URL that sent it, after all redirects, without its query, which may be a secret. */
  readonly url: string
}

/** Downloads of web files that fit into memory. */
export interface Downloads {
  /**
   * Downloads the whole file at an `https://…` URL, within the time limit of a worker.
   * @throws AppError `bad-source` when it is missing, may not be read, is too large, or its URL is not allowed;
   *   `upstream-failed`, `upstream-timeout`
   */
  get(url: string, options: DownloadOptions): Promise<DownloadedFile>
}

/** Sends messages to queues. Delivery is at least once and unordered. */
export interface Messages {
  /** @param delaySeconds 0 (default) to 900: the messages are not delivered before that */
  send(queue: QueueName, messages: readonly unknown[], delaySeconds?: number): Promise<void>
}

/** Webhook receivers, at URLs that callers provided. */
export interface Receivers {
  /**
   * Sends one POST and reads the response, or the first part of a long one. Redirects are not followed.
   * @param request its headers and body, and the time limit for all of it
   * @returns the status and the `Retry-After` header
   * @throws AppError `bad-source` when the URL is not allowed; `upstream-failed` when the response is incomplete;
   *   `upstream-timeout`
   */
  post(
    url: string,
    request: {
      readonly headers: Readonly<Record<string, string>>
      readonly body: string
      readonly milliseconds: number
    },
  ): Promise<{ readonly status: number; readonly retryAfter: string | undefined }>
}

/** Structured log lines: a stable event name and its fields. Never pass secrets, tokens or presigned links. */
export interface Log {
  info(event: LogEvent, fields?: Readonly<Record<string, unknown>>): void
  warn(event: LogEvent, fields?: Readonly<Record<string, unknown>>): void
  error(event: LogEvent, fields?: Readonly<Record<string, unknown>>): void
}

/** Metrics of a deployment. */
export interface Metrics {
  /** Records values of one operation. Zeros are left out. */
  record(values: MetricValues, dimensions?: MetricDimensions): void
}

/** All outside dependencies of a use case. A use case names those that it needs: `Pick<Ports, 'objects' | 'now'>`. */
export interface Ports {
  readonly config: Config
  readonly objects: ObjectStore
  readonly uploads: Uploads
  readonly files: RemoteFiles
  readonly downloads: Downloads
  readonly copier: ObjectCopier
  readonly messages: Messages
  readonly receivers: Receivers
  readonly bucket: Bucket
  readonly labeler: Labeler
  readonly workteams: Workteams
  readonly log: Log
  readonly metrics: Metrics
  /** The id of the HTTP request that started this work. Every message and log line carries it. */
  readonly requestId: string
  now(): Date
  /** Returns a new random id: 16 lower-case letters and digits. */
  newId(): string
}

/** Makes the ports of one request or message. Its log lines carry the request id and these keys. */
export type PortsFor = (requestId: string, logKeys?: LogKeys) => Ports

/** Keys of log lines: `batch`, `dataset`, `job`, `round`, `chunk` … */
export type LogKeys = Readonly<Record<string, string | number | undefined>>
