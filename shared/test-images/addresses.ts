import { createHash } from 'node:crypto'
import { AppError, type Issue } from '../contracts/errors.ts'
import { toProblemErrors } from '../platform/http/request-issues.ts'
import { parseOutboundUrl, redactUrl } from '../platform/outbound/outbound-url.ts'

/** A parsed image URL and the id of its image. */
export interface ImageAddress {
  /** The first 128 bits of the SHA-256 of `address`, so collisions are not to be expected. */
  readonly imageId: string
  /** The normalized URL, without fragment. */
  readonly address: string
  /** The URL without query, for messages. */
  readonly url: string
}

/**
 * Parses the URLs of a request, in order. Pure.
 * @param allowLoopback allows http and any port on loopback addresses
 * @throws AppError `bad-source` when a URL is not allowed, else `invalid-request` when one is repeated; with all issues
 *   of both kinds
 */
export function parseImageAddresses(urls: readonly string[], allowLoopback: boolean): ImageAddress[] {
  const issues: Issue[] = []
  const indexById = new Map<string, number>()
  let code: AppError['code'] = 'invalid-request'
  const addresses = urls.flatMap((text, index): ImageAddress[] => {
    const refuse = (message: string): [] => {
      issues.push({ at: `body.urls[${index}]`, message })
      return []
    }
    const address = parseImageAddress(text, allowLoopback)
    if (address instanceof AppError) {
      code = address.code
      return refuse(address.message)
    }
    const firstIndex = indexById.get(address.imageId)
    if (firstIndex !== undefined) return refuse(`must not repeat body.urls[${firstIndex}]`)
    indexById.set(address.imageId, index)
    return [address]
  })
  if (issues.length === 0) return addresses
  const { detail, errors } = toProblemErrors(issues)
  throw new AppError(code, detail, errors)
}

function parseImageAddress(text: string, allowLoopback: boolean): ImageAddress | AppError {
  if (/^s3:/i.test(text))
    return new AppError('bad-source', 'must begin with https://; for an S3 object, send a presigned URL')
  try {
    const url = parseOutboundUrl(text, allowLoopback)
    url.hash = ''
    const imageId = createHash('sha256').update(url.href).digest('hex').slice(0, 32)
    return { imageId, address: url.href, url: redactUrl(url) }
  } catch (error) {
    if (error instanceof AppError) return error
    throw error
  }
}
