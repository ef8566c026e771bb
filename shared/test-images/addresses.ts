import { createHash } from 'node:crypto'
import { AppError, type Issue } from '../contracts/errors.ts'
import { toProblemErrors } from '../platform/http/request-issues.ts'
import { parseOutboundUrl, redactUrl } from '../platform/outbound/outbound-url.ts'

/** An address as it is fetched, and the id that its image has. */
export interface ImageAddress {
  /** 128 bits of the SHA-256 of `address`: nobody finds two addresses that share one. */
  readonly imageId: string
  /** The URL as a browser would write it, without fragment. */
  readonly address: string
  /** Without query, for messages. */
  readonly url: string
}

/**
 * The addresses of a request, in its order.
 * @param allowLoopback lets http and any port through, to this machine only
 * @throws AppError `bad-source` when any may not be called, `invalid-request` when one is there twice, with all faults of
 *   both kinds
 */
export function imageAddresses(urls: readonly string[], allowLoopback: boolean): ImageAddress[] {
  const faults: Issue[] = []
  const places = new Map<string, number>()
  let code: AppError['code'] = 'invalid-request'
  const addresses = urls.flatMap((text, index): ImageAddress[] => {
    const refuse = (message: string): [] => {
      faults.push({ at: `body.urls[${index}]`, message })
      return []
    }
    const address = imageAddress(text, allowLoopback)
    if (address instanceof AppError) {
      code = address.code
      return refuse(address.message)
    }
    const place = places.get(address.imageId)
    if (place !== undefined) return refuse(`is the same address as body.urls[${place}]; send each once`)
    places.set(address.imageId, index)
    return [address]
  })
  if (faults.length === 0) return addresses
  const { detail, errors } = toProblemErrors(faults)
  throw new AppError(code, detail, errors)
}

function imageAddress(text: string, allowLoopback: boolean): ImageAddress | AppError {
  if (/^s3:/i.test(text))
    return new AppError(
      'bad-source',
      'an S3 address is not fetched; send a link to the object that begins with https://',
    )
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
