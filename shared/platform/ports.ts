import type { Labeler, Workteams } from '../contracts/labeler.ts'
import type { Config, QueueName } from './config.ts'
import type { LogEvent } from './observability/log-event.ts'
import type { MetricDimensions, MetricValues } from './observability/metrics.ts'
import type { ByteSource } from './storage/byte-source.ts'

/** An object read whole or in part. */
export interface StoredObject {
  readonly bytes: Uint8Array
  readonly etag: string
  /** Size of the whole object in bytes, also when only a range was read. */
  readonly size: number
}

/** When a write may happen: only if nothing is there, or only if the version is still this one. */
export type Condition = Absent | { readonly etag: string }
export type Absent = { readonly absent: true }

export interface ListOptions {
  /** Only keys (or folders) that sort after this one. */
  readonly after?: string
  /** 1 to 1,000, the default. */
  readonly limit?: number
  /** Fold keys with a further slash behind the prefix into `folders`. */
  readonly folded?: boolean
}

export interface Listing {
  readonly objects: readonly { readonly key: string; readonly size: number }[]
  /** Common prefixes, each ending in a slash; empty unless `folded`. */
  readonly folders: readonly string[]
  /** Pass it as `after` for the next page; absent on the last one. */
  readonly next?: string
}

/** The objects of the working bucket: all of Groundwork's state. */
export interface ObjectStore {
  /** The object, or bytes [start, end) of it (fewer where it ends); undefined when there is none. */
  get(key: string, range?: { readonly start: number; readonly end: number }): Promise<StoredObject | undefined>
  /** Writes and returns the new ETag, or undefined when the condition does not hold. */
  put(key: string, body: Uint8Array | string, condition?: Condition): Promise<string | undefined>
  /** One page of keys in byte order: one LIST request. */
  list(prefix: string, options?: ListOptions): Promise<Listing>
  /** Removes any number of objects; those already gone are no error. */
  remove(keys: readonly string[]): Promise<void>
}

/** Large objects of the working bucket, written in parts of at least 5 MiB (the last may be smaller). */
export interface Uploads {
  /** Opens an upload and returns its id. */
  start(key: string): Promise<string>
  /** Stores part `number` (1 to 10,000), in place of one that is there. @throws AppError `wrong-state` when the upload is over */
  part(key: string, uploadId: string, number: number, bytes: Uint8Array): Promise<void>
  /**
   * Joins the parts as they stand, numbered 1 to `parts`, and returns the object's ETag, or undefined when the condition
   * does not hold: then the upload stays open.
   * @throws AppError `wrong-state` when it is over
   */
  complete(key: string, uploadId: string, parts: number, condition?: Condition): Promise<string | undefined>
  /** Forgets the upload and its parts; one already over is no error. */
  abort(key: string, uploadId: string): Promise<void>
}

/** A file somewhere else, opened: what it is, and how it can be read. */
export interface RemoteFile {
  /** Size in bytes; undefined where the server does not say. */
  readonly size: number | undefined
  /** The version as its server names it; undefined where it does not. */
  readonly etag: string | undefined
  /** Readable by range, pinned to this version; undefined where the server knows no ranges. */
  readonly ranges: ByteSource | undefined
  /** The whole file from its start, as it comes. */
  stream(): AsyncIterable<Uint8Array>
}

/** Files named by URI: `s3://bucket/key` (the working bucket and the source buckets) or `https://…`. */
export interface RemoteFiles {
  /**
   * @param etag when given, the version that must still be there
   * @throws AppError `bad-source` when it is missing, may not be read, or the address is not allowed;
   *   `source-changed` when it is another version; `upstream-failed`, `upstream-timeout`
   */
  open(uri: string, etag?: string): Promise<RemoteFile>
}

export interface DownloadOptions {
  /** A larger file is refused: unread where its server tells its size, else as soon as it is known to be. */
  readonly maxBytes: number
  /** Media types to ask for. */
  readonly accept: string
  /** Given the first 1,024 bytes (all of a smaller file) before the rest is waited for; what it throws ends the download. */
  readonly checkStart: (start: Uint8Array) => void
}

/** Files of the web, small enough to be held in memory. */
export interface Downloads {
  /**
   * The whole file at an `https://…` address, in no longer than a worker has.
   * @throws AppError `bad-source` when it is missing, may not be read, is too large, or the address is not allowed;
   *   `upstream-failed`, `upstream-timeout`
   */
  get(url: string, options: DownloadOptions): Promise<Uint8Array>
}

export interface ObjectFacts {
  readonly etag: string
  readonly size: number
  readonly contentType: string | undefined
  /** User metadata, lower-case keys. */
  readonly metadata: Readonly<Record<string, string>>
}

export interface CopyRequest {
  /** `s3://bucket/key` */
  readonly source: string
  /** The version that is copied. */
  readonly sourceEtag: string
  /** Key in the working bucket, which must be free. */
  readonly key: string
  readonly contentType: string | undefined
  readonly metadata: Readonly<Record<string, string>>
}

/** Server-side copies into the working bucket: no bytes pass through. */
export interface ObjectCopier {
  /** Facts about an object; `missing` when there is none, `denied` when it may not be read. */
  describe(uri: string): Promise<ObjectFacts | 'missing' | 'denied'>
  /** `refused`: the destination exists already, or the source is no longer that version. */
  copy(request: CopyRequest): Promise<'copied' | 'refused' | 'missing' | 'denied'>
}

/** Sends messages to queues, at least once each, in no promised order. */
export interface Messages {
  /** @param delaySeconds 0 to 900, none by default: for so long nobody is brought them */
  send(queue: QueueName, messages: readonly unknown[], delaySeconds?: number): Promise<void>
}

/** Programs of others that are told of events, at addresses that these others gave. */
export interface Receivers {
  /**
   * Sends one POST and reads the answer, or its first part where it is long; a redirect is an answer like any other.
   * @param request its body, and how long all of it may take
   * @returns the status, and what the header `Retry-After` says
   * @throws AppError `bad-source` when nothing may be called there; `upstream-failed` without a whole answer;
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

/** A bucket's permission for web pages of some origins to read from it. */
export interface CorsRule {
  readonly id?: string
  readonly origins: readonly string[]
  readonly methods: readonly string[]
  /** Request headers that a page may send. */
  readonly headers: readonly string[]
  /** Response headers that a page may see. */
  readonly exposed: readonly string[]
  readonly maxAgeSeconds?: number
}

/** The working bucket itself. */
export interface Bucket {
  /** The region that it lies in. @throws AppError `preflight-failed` when it does not exist or may not be reached */
  region(): Promise<string>
  /** A link that lets anyone read one object for some seconds from now, or from a time that it is counted from. */
  link(key: string, seconds: number, from?: Date): Promise<string>
  /** Its CORS rules, in order; none where it has no such configuration. */
  corsRules(): Promise<readonly CorsRule[]>
  /** Replaces its CORS rules. */
  setCorsRules(rules: readonly CorsRule[]): Promise<void>
}

/** Structured log lines: a stable event name and its fields. Never pass secrets, tokens or presigned links. */
export interface Log {
  info(event: LogEvent, fields?: Readonly<Record<string, unknown>>): void
  warn(event: LogEvent, fields?: Readonly<Record<string, unknown>>): void
  error(event: LogEvent, fields?: Readonly<Record<string, unknown>>): void
}

/** Numbers of a deployment, for its dashboard. */
export interface Metrics {
  /** Records what one thing that was done came to; nothing is written of what is 0. */
  record(values: MetricValues, dimensions?: MetricDimensions): void
}

/** Every outside thing that a use-case may touch. */
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
  /** The HTTP request that this work began with; it rides in every message and log line. */
  readonly requestId: string
  now(): Date
  /** A fresh random id: 16 lower-case letters and digits. */
  newId(): string
}

/** Makes the ports of one request or message; its log lines carry the id and these keys. */
export type PortsFor = (requestId: string, logKeys?: LogKeys) => Ports

/** What log lines are about: `batch`, `dataset`, `work`, `round`, `chunk` … */
export type LogKeys = Readonly<Record<string, string | number | undefined>>
