import { createHash, createHmac } from 'node:crypto'
import type { Message } from './message.ts'

/**
 * Signature Version 4 of AWS. Written here because `@smithy/signature-v4` signs requests of its own making: it decides
 * itself which headers are signed, and has neither signed chunks nor Version 2, all of which a server has to verify.
 * @see https://docs.aws.amazon.com/AmazonS3/latest/API/sig-v4-header-based-auth.html
 */
export const ALGORITHM = 'AWS4-HMAC-SHA256'

/** What a signing key is valid for. */
export interface Scope {
  /** Such as `20261130`. */
  readonly day: string
  readonly region: string
  readonly service: string
}

/** Formats a scope as it is signed. */
export const formatScope = ({ day, region, service }: Scope): string => `${day}/${region}/${service}/aws4_request`

/** Returns the key that signs everything within this scope. */
export const signingKey = (secretAccessKey: string, { day, region, service }: Scope): Buffer =>
  [day, region, service, 'aws4_request'].reduce<Buffer>(hmac, Buffer.from(`AWS4${secretAccessKey}`))

/** Signs text. Returns 64 hexadecimal digits. */
export const sign = (key: Buffer, text: string): string => hmac(key, text).toString('hex')

export const sha256 = (data: string | Uint8Array): string => createHash('sha256').update(data).digest('hex')

const hmac = (key: Buffer, text: string): Buffer => createHmac('sha256', key).update(text).digest()

/**
 * Returns the text whose signature is that of the request.
 * @param time such as `20261130T070000Z`
 * @param signed lower-case names of the signed headers, in their order
 * @param payloadHash what was stated about the body: its SHA-256, or `UNSIGNED-PAYLOAD`
 */
export function stringToSign(
  message: Message,
  { time, scope, signed, payloadHash }: { time: string; scope: Scope; signed: readonly string[]; payloadHash: string },
): string {
  const canonical = Buffer.from(canonicalRequest(message, signed, payloadHash), 'latin1')
  return [ALGORITHM, time, formatScope(scope), sha256(canonical)].join('\n')
}

function canonicalRequest(message: Message, signed: readonly string[], payloadHash: string): string {
  const headers = signed.map((name) => `${name}:${canonicalValue(message.headers[name] ?? [])}\n`)
  const parts = [message.method, canonicalPath(message.path), canonicalQuery(message.query), headers.join('')]
  return [...parts, signed.join(';'), payloadHash].join('\n')
}

const canonicalValue = (values: readonly string[]): string =>
  values.map((value) => value.replace(/[\t ]+/g, ' ').replace(/^ | $/g, '')).join(',')

/** Clients differ in which characters they encode, so the path is decoded first. S3 does not normalize it. */
const canonicalPath = (path: string): string => path.split('/').map(decodeURIComponent).map(encode).join('/')

function canonicalQuery(query: URLSearchParams): string {
  const pairs = [...query]
    .filter(([name]) => name !== 'X-Amz-Signature')
    .map(([name, value]) => [encode(name), encode(value)] as const)
  return pairs
    .toSorted((one, other) => compare(one[0], other[0]) || compare(one[1], other[1]))
    .map((pair) => pair.join('='))
    .join('&')
}

const compare = (one: string, other: string): number => (one < other ? -1 : one > other ? 1 : 0)

/** Encodes everything but letters, digits and `-._~`. */
const encode = (text: string): string =>
  encodeURIComponent(text).replace(/[!'()*]/g, (character) => `%${character.charCodeAt(0).toString(16).toUpperCase()}`)
