import type { Checksum, ChecksumAlgorithm, ChecksumType } from '../protocol/checksums.ts'
import type { CorsRule } from '../protocol/cors.ts'
import type { SortedMap } from './sorted-map.ts'

/** A stretch of a body file. Files never change, so objects and parts may share them. */
export interface Extent {
  readonly file: string
  readonly start: number
  readonly length: number
}

/** Bytes kept on disk, and what was learned of them while they were written. */
export interface Content {
  readonly extents: readonly Extent[]
  readonly size: number
  /** Without quotes: the MD5 in hex, or that of the parts' MD5s with `-N` for an object made of N parts. */
  readonly etag: string
  readonly checksum?: Checksum
}

/** What a writer says of an object beside its bytes. */
export interface Description {
  /** Standard headers to give back on reading, such as `content-type`. */
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
  /** Only for an object that was uploaded in parts. */
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
