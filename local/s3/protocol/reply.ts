import type { Content } from '../storage/model.ts'
import { S3Error } from './errors.ts'
import { renderXml, type XmlElements } from './xml.ts'

/** The response of an operation. */
export interface Reply {
  readonly status: number
  readonly headers?: Readonly<Record<string, string>>
  readonly text?: string
  /** Bytes to stream. The operation retains them; the sender releases them. */
  readonly content?: Pick<Content, 'extents' | 'size' | 'etag'>
}

/** Creates a 200 reply with an XML document in the namespace of S3. */
export function xmlReply(root: string, content: XmlElements | string, headers: Record<string, string> = {}): Reply {
  return { status: 200, headers: { ...headers, 'content-type': 'application/xml' }, text: renderXml(root, content) }
}

/** Creates a success reply without a body. */
export const emptyReply = (status: 200 | 204, headers: Record<string, string> = {}): Reply => ({ status, headers })

/** Creates the reply for an error. Anything but an S3Error is a bug and becomes `InternalError` without details. */
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
