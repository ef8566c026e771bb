import type { Checksum, ChecksumAlgorithm, ChecksumType } from '../protocol/checksums.ts'
import type { CorsRule } from '../protocol/cors.ts'
import type { SortedMap } from './sorted-map.ts'

/** A range of a body file. Files are immutable, so objects and parts may share them. */
export interface Extent {
  readonly file: string
  readonly start: number
  readonly length: number
}

/** Stored bytes with their size and digests. */
export interface Content {
  readonly extents: readonly Extent[]
  readonly size: number
  /** Unquoted: the MD5 in hex, or for an object of N parts the MD5 of the parts' MD5s and `-N`. */
  readonly etag: string
  readonly checksum?: Checksum
}

/** The headers, metadata and tags of an object. */
export interface Description {
  /** Standard headers to return on reads, such as `content-type`. */
  readonly headers: Readonly<Record<string, string>>
  /** The `x-amz-meta-` headers, without that prefix. */
  readonly metadata: Readonly<Record<string, string>>
  readonly tags: readonly Tag[]
}

export interface Tag {
  readonly key: string
  readonly value: string
}

export interface StoredObject extends Content, Description {
  /** Milliseconds since 1970. */
  readonly modified: number
  /** Present only for a multipart object. */
  readonly parts?: readonly PartSummary[]
}

interface PartSummary {
  readonly number: number
  readonly size: number
  readonly checksum?: Checksum
}

export interface Part extends Content {
  readonly number: number
  readonly modified: number
}

/** An open multipart upload. */
export interface Upload extends Description {
  readonly id: string
  readonly key: string
  readonly started: number
  readonly checksumAlgorithm?: ChecksumAlgorithm
  readonly checksumType?: ChecksumType
}

export interface OpenUpload extends Upload {
  readonly parts: Map<number, Part>
}

export interface Bucket {
  readonly name: string
  readonly region: string
  readonly created: number
  cors: readonly CorsRule[]
  readonly objects: SortedMap<StoredObject>
  readonly uploads: Map<string, OpenUpload>
}
