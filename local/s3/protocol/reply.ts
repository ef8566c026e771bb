import type { Content } from '../storage/model.ts'
import { S3Error } from './errors.ts'
import { renderXml, type XmlElements } from './xml.ts'

/** What an operation answers. */
export interface Reply {
  readonly status: number
  readonly headers?: Readonly<Record<string, string>>
  readonly text?: string
  /** Bytes to stream. The operation holds them; whoever sends the reply releases them. */
  readonly content?: Pick<Content, 'extents' | 'size' | 'etag'>
}

/** 200 with a document, in S3's namespace. */
export function xmlReply(root: string, content: XmlElements | string, headers: Record<string, string> = {}): Reply {
  return { status: 200, headers: { ...headers, 'content-type': 'application/xml' }, text: renderXml(root, content) }
}

/** A success without a body. */
export const emptyReply = (status: 200 | 204, headers: Record<string, string> = {}): Reply => ({ status, headers })

/** An error as S3 tells it. What is no S3Error is a fault of ours: `InternalError`, without details. */
export function errorReply(error: unknown, resource: string, requestId: string): Reply {
  const known = error instanceof S3Error ? error : new S3Error('InternalError')
  const { code, message, details, status } = known
  const text = renderXml('Error', {
    Code: code,
    Message: message,
    ...details,
    Resource: resource,
    RequestId: requestId,
  })
  const size = details.ActualObjectSize
  const range = code === 'InvalidRange' && size !== undefined && { 'content-range': `bytes */${size}` }
  return { status, headers: { 'content-type': 'application/xml', ...range }, text }
}
