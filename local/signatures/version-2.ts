import { createHmac } from 'node:crypto'
import { findHeader, type Message } from './message.ts'
import { SignatureError } from './signature-error.ts'

/** Parameters that Version 2 signs. `response-…` and `x-amz-…` are signed too. */
const SIGNED = new Set(
  `accelerate acl analytics cors delete inventory lifecycle location logging metrics notification object-lock partNumber
  policy replication requestPayment restore select select-type storageClass tagging torrent uploadId uploads versionId
  versioning versions website`.split(/\s+/),
)
const OWN = new Set(['AWSAccessKeyId', 'Expires', 'Signature', 'content-md5', 'content-type'])

/**
 * Returns the signature of a presigned link by Version 2, in base64. boto3 still makes such links unless it is told
 * otherwise.
 * @throws SignatureError `AccessDenied` when the link has a parameter that this version does not sign
 * @see https://docs.aws.amazon.com/AmazonS3/latest/API/RESTAuthentication.html
 */
export function signVersion2(message: Message, secretAccessKey: string): string {
  const { method, path, query } = message
  const own = (name: string): string => findHeader(message, name) ?? query.get(name) ?? ''
  const lines = [method, own('content-md5'), own('content-type'), query.get('Expires') ?? '']
  const text = `${lines.join('\n')}\n${amzHeaders(message)}${path}${signedQuery(query)}`
  return createHmac('sha1', secretAccessKey).update(Buffer.from(text, 'latin1')).digest('base64')
}

/** A presigned link carries in its query what would be a header. */
function amzHeaders({ headers, query }: Message): string {
  const values = new Map<string, string>()
  for (const [name, value] of query) if (name.startsWith('x-amz-')) values.set(name, value)
  for (const [name, sent = []] of Object.entries(headers))
    if (name.startsWith('x-amz-')) values.set(name, sent.map((value) => value.trim()).join(','))
  const names = [...values.keys()].toSorted()
  return names.map((name) => `${name}:${values.get(name)}\n`).join('')
}

function signedQuery(query: URLSearchParams): string {
  const others = [...query].filter(([name]) => !OWN.has(name) && !name.startsWith('x-amz-'))
  const unsigned = others.find(([name]) => !SIGNED.has(name) && !name.startsWith('response-'))
  if (unsigned) {
    const text = `Signature Version 2 does not protect the parameter "${unsigned[0]}": sign the link with Version 4.`
    throw new SignatureError('AccessDenied', text)
  }
  const pairs = others.toSorted().map(([name, value]) => (value === '' ? name : `${name}=${value}`))
  return pairs.length === 0 ? '' : `?${pairs.join('&')}`
}
