import type { ByteSource } from './byte-source.ts'

/** An object, or a range of it. */
export interface StoredObject {
  readonly bytes: Uint8Array
  readonly etag: string
  /** Size of the whole object in bytes, even when only a range was read. */
  readonly size: number
}

/** The condition of a write: the object does not exist yet, or it still has this ETag. */
export type Condition = Absent | { readonly etag: string }
export type Absent = { readonly absent: true }

export interface ListOptions {
  /** Only keys (or folders) that sort after this one. */
  readonly after?: string
  /** 1 to 1,000, the default. */
  readonly limit?: number
  /** Groups keys with another slash after the prefix into `folders`, like a delimiter of S3. */
  readonly folded?: boolean
}

export interface ListedObject {
  readonly key: string
  readonly size: number
  readonly etag: string
}

export interface Listing {
  readonly objects: readonly ListedObject[]
  /** Common prefixes, each ending in a slash; empty unless `folded`. */
  readonly folders: readonly string[]
  /** The `after` of the next page; absent on the last page. */
  readonly next?: string
}

/** The objects of the working bucket. All of Groundwork's state is stored here. */
export interface ObjectStore {
  /** Returns the object, or its bytes [start, end), fewer at its end; undefined when it does not exist. */
  get(key: string, range?: { readonly start: number; readonly end: number }): Promise<StoredObject | undefined>
  /** Writes the object and returns its new ETag; undefined when the condition does not hold. */
  put(key: string, body: Uint8Array | string, condition?: Condition): Promise<string | undefined>
  /** Returns one page of keys in byte order: one LIST request. */
  list(prefix: string, options?: ListOptions): Promise<Listing>
  /**
   * Removes any number of objects. A missing object is not an error.
   * @returns the keys that stay, because another version is there than the one to remove
   */
  remove(objects: readonly Removal[]): Promise<readonly string[]>
}

/** An object to remove: whatever is there, or only the version with this ETag. */
export interface Removal {
  readonly key: string
  readonly etag?: string
}

/** Multipart uploads of large objects to the working bucket. Each part but the last has at least 5 MiB. */
export interface Uploads {
  /** Starts an upload and returns its id. */
  start(key: string): Promise<string>
  /**
   * Stores part `number` (1 to 10,000), and replaces it if it exists.
   * @throws AppError `wrong-state` when the upload was completed or aborted
   */
  part(key: string, uploadId: string, number: number, bytes: Uint8Array): Promise<void>
  /**
   * Joins the stored parts 1 to `parts` and returns the ETag of the object; undefined when the condition does not hold,
   * and the upload stays open.
   * @throws AppError `wrong-state` when the upload was completed or aborted
   */
  complete(key: string, uploadId: string, parts: number, condition?: Condition): Promise<string | undefined>
  /** Removes the upload and its parts. An upload that was completed or aborted is not an error. */
  abort(key: string, uploadId: string): Promise<void>
}

/** An open file outside of the working bucket: what is known about it, and how to read it. */
export interface RemoteFile {
  /** Size in bytes; undefined when the server does not send it. */
  readonly size: number | undefined
  /** The version according to its server; undefined when the server names none. */
  readonly etag: string | undefined
  /** Reads ranges of this version; undefined when the server does not support ranges. */
  readonly ranges: ByteSource | undefined
  /** Streams the whole file. */
  stream(): AsyncIterable<Uint8Array>
}

/** Files by URI: `s3://bucket/key` in the working bucket or a source bucket, or `https://…`. */
export interface RemoteFiles {
  /**
   * Opens a file.
   * @param etag the expected version
   * @throws AppError `bad-source` when the file is missing, may not be read, or its URI is not allowed;
   *   `source-changed` when it has another version; `upstream-failed`, `upstream-timeout`
   */
  open(uri: string, etag?: string): Promise<RemoteFile>
}

/** Headers that S3 stores with an object as they were sent, and that a copy of it keeps. */
export interface SystemHeaders {
  readonly contentEncoding?: string
  readonly cacheControl?: string
  readonly contentDisposition?: string
  readonly contentLanguage?: string
  /** As it was sent, which need not be a date. */
  readonly expires?: string
}

export interface ObjectFacts {
  readonly etag: string
  /** Size of the whole object in bytes. */
  readonly size: number
  readonly contentType: string | undefined
  readonly headers: SystemHeaders
  /** User metadata with lower-case keys. */
  readonly metadata: Readonly<Record<string, string>>
}

/** A range of an object, and what is known of the whole object. */
export interface ObjectRange extends ObjectFacts {
  readonly bytes: Uint8Array
}

/** Why S3 does not let an object be read or copied. */
export interface Refusal {
  /** `archived`: it must be restored first. `failed`: for another reason, which trying again may not change. */
  readonly refused: 'missing' | 'denied' | 'archived' | 'failed'
  /** A phrase for people, with the object, and with the code and message of S3 where it sent them. */
  readonly reason: string
}

export interface CopyRequest {
  /** `s3://bucket/key` */
  readonly source: string
  /** The version to copy. */
  readonly sourceEtag: string
  /** The key in the working bucket. An existing object is not replaced. */
  readonly key: string
  readonly contentType: string
  readonly headers: SystemHeaders
  readonly metadata: Readonly<Record<string, string>>
}

/** Server-side copies into the working bucket: only what is read to check an image passes through this process. */
export interface ObjectCopier {
  /** Returns an object's metadata; `missing` when it does not exist, `denied` when it may not be read. */
  describe(uri: string): Promise<ObjectFacts | 'missing' | 'denied'>
  /**
   * Reads bytes [start, end) of an object, fewer at its end, with its metadata: one request.
   * @param etag the version to read
   * @returns `empty` when the object has no bytes; `changed` when it has another version
   */
  readRange(
    uri: string,
    range: { readonly start: number; readonly end: number },
    etag?: string,
  ): Promise<ObjectRange | 'empty' | 'changed' | Refusal>
  /**
   * Copies an object.
   * @returns the ETag of the copy; `exists` when the destination exists; `changed` when the source has another version
   */
  copy(request: CopyRequest): Promise<{ readonly etag: string } | 'exists' | 'changed' | Refusal>
}

/** A CORS rule of a bucket. */
export interface CorsRule {
  readonly id?: string
  readonly origins: readonly string[]
  readonly methods: readonly string[]
  /** Allowed request headers. */
  readonly headers: readonly string[]
  /** Exposed response headers. */
  readonly exposed: readonly string[]
  readonly maxAgeSeconds?: number
}

/** The working bucket itself. */
export interface Bucket {
  /** Returns its region. @throws AppError `preflight-failed` when it does not exist or access is denied */
  region(): Promise<string>
  /** Returns a presigned URL for reading one object, valid for so many seconds from `from` (default: now). */
  link(key: string, seconds: number, from?: Date): Promise<string>
  /** Returns its CORS rules in order; empty without a CORS configuration. */
  corsRules(): Promise<readonly CorsRule[]>
  /** Replaces its CORS rules. */
  setCorsRules(rules: readonly CorsRule[]): Promise<void>
}
