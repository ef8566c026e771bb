import { hash } from 'node:crypto'
import type { SystemHeaders } from '../../../shared/platform/storage/ports.ts'

/** An object as S3 stores it. */
export interface MemoryObject {
  readonly bytes: Uint8Array
  readonly etag: string
  readonly contentType: string | undefined
  readonly headers: SystemHeaders
  readonly metadata: Readonly<Record<string, string>>
}

/** Returns the object that S3 stores for some bytes or text: the ETag is the quoted MD5. */
export function memoryObject(
  content: Uint8Array | string,
  contentType?: string,
  metadata: MemoryObject['metadata'] = {},
  headers: SystemHeaders = {},
): MemoryObject {
  const bytes = typeof content === 'string' ? new TextEncoder().encode(content) : new Uint8Array(content)
  return { bytes, etag: `"${hash('md5', bytes)}"`, contentType, headers, metadata }
}
