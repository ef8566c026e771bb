import { isIP } from 'node:net'
import { AppError } from '../../contracts/errors.ts'
import { isLoopbackAddress, isPublicAddress } from './address-guard.ts'

const MOST_SHOWN = 200

/** The URL for messages and logs: its query may be a signature, its user part a password. */
export function redactUrl(url: URL): string {
  const shown = `${url.protocol}//${url.host}${url.pathname}`
  return shown.length > MOST_SHOWN ? `${shown.slice(0, MOST_SHOWN)}…` : shown
}

/** The same of what is no URL: all that may be a secret in it is left out. */
const shownText = (text: string): string =>
  text
    .replace(/[?#].*$/s, '')
    .replace(/^.*@/s, '…@')
    .slice(0, MOST_SHOWN)

/** Last parts of names that mean something only inside of a network, or on this machine. */
const CLOSED_NAMES = ['localhost', 'local', 'localdomain', 'internal', 'intranet', 'private', 'corp', 'home', 'lan']
const ROUTERS = '.home.arpa'

/**
 * A URL that a caller gave, if its form may be called: https, port 443, no user or password, no private address, no name
 * that is known to mean one, and nothing that a URL parser would pass over. What a host name resolves to is checked when
 * the connection is made.
 * @param allowLoopback lets http and any port through, to this machine only
 * @throws AppError `bad-source` naming what is wrong
 */
export function parseOutboundUrl(text: string, allowLoopback: boolean): URL {
  const url = URL.canParse(text) ? new URL(text) : undefined
  if (!url) throw new AppError('bad-source', `"${shownText(text)}" is no URL; write https://host/path.`)
  const refuse = (reason: string) => new AppError('bad-source', `"${redactUrl(url)}" ${reason}`)
  // A parser takes these for slashes or for nothing; another one, in front of us, may not.
  if (/[\p{Cc}\\]|^\s|\s$/u.test(text))
    throw refuse('was written with control characters, backslashes or spaces around it.')
  if (url.username !== '' || url.password !== '') throw refuse('carries a user or password; leave them out.')
  if (allowLoopback && namesLoopback(url) && ['http:', 'https:'].includes(url.protocol)) return url
  if (url.protocol !== 'https:') throw refuse('is not https; only https:// addresses are called.')
  if (url.port !== '') throw refuse(`names port ${url.port}; only port 443 is called.`)
  const address = addressIn(url)
  if (address === undefined ? !isPublicName(url.hostname) : !isPublicAddress(address))
    throw refuse('is no public address; only those are called.')
  return url
}

/** The IP address that a URL names instead of a host. */
function addressIn({ hostname }: URL): string | undefined {
  const bare = hostname.replace(/^\[(.*)\]$/, '$1')
  return isIP(bare) === 0 ? undefined : bare
}

/** Whether a host's name can mean a host of the public internet: it has a dot, and no end that says otherwise. */
function isPublicName(host: string): boolean {
  const parts = host.split('.')
  return (
    parts.length > 1 && !CLOSED_NAMES.includes(parts.at(-1) ?? '') && parts.at(-1) !== '' && !host.endsWith(ROUTERS)
  )
}

const namesLoopback = (url: URL): boolean =>
  url.hostname === 'localhost' || isLoopbackAddress(addressIn(url) ?? url.hostname)
