import { isIP } from 'node:net'
import { AppError } from '../errors.ts'
import { isLoopbackAddress, isPublicAddress } from './address-guard.ts'

/** The URL for messages and logs: its query may be a signature, its user part a password. */
export const shownUrl = (url: URL): string => `${url.origin}${url.pathname}`

/**
 * A URL that a caller gave, if its form may be called: https, port 443, no user or password, no private address. What a
 * host name resolves to is checked when the connection is made.
 * @param allowLoopback lets http and any port through, to this machine only
 * @throws AppError `bad-source` naming what is wrong
 */
export function outboundUrl(text: string, allowLoopback: boolean): URL {
  const url = URL.canParse(text) ? new URL(text) : undefined
  if (!url) throw new AppError('bad-source', `"${text.slice(0, 200)}" is no URL; write https://host/path.`)
  const refuse = (reason: string) => new AppError('bad-source', `"${shownUrl(url)}" ${reason}`)
  if (url.username !== '' || url.password !== '') throw refuse('carries a user or password; leave them out.')
  if (allowLoopback && namesLoopback(url) && ['http:', 'https:'].includes(url.protocol)) return url
  if (url.protocol !== 'https:') throw refuse('is not https; only https:// addresses are called.')
  if (url.port !== '') throw refuse(`names port ${url.port}; only port 443 is called.`)
  const address = addressIn(url)
  if (address !== undefined && !isPublicAddress(address)) throw refuse('is no public address; only those are called.')
  return url
}

/** The IP address that a URL names instead of a host. */
function addressIn({ hostname }: URL): string | undefined {
  const bare = hostname.replace(/^\[(.*)\]$/, '$1')
  return isIP(bare) === 0 ? undefined : bare
}

const namesLoopback = (url: URL): boolean =>
  url.hostname === 'localhost' || isLoopbackAddress(addressIn(url) ?? url.hostname)
