import { isIP } from 'node:net'
import { AppError } from '../../contracts/errors.ts'
import { isLoopbackAddress, isPublicAddress } from './ssrf-guard.ts'

const MAX_SHOWN_CHARACTERS = 200

/**
 * Formats a URL for messages and logs, without query and user info, which may be secrets. Of a URL without a host, such as
 * `data:` with an image in it, only the scheme is shown. Pure.
 */
export function redactUrl(url: URL): string {
  if (url.host === '') return `${url.protocol}…`
  const shown = `${url.protocol}//${url.host}${url.pathname}`
  return shown.length > MAX_SHOWN_CHARACTERS ? `${shown.slice(0, MAX_SHOWN_CHARACTERS)}…` : shown
}

/** Stands for the query of a URL in answers. */
const HIDDEN_QUERY = '?…'
const HIDDEN_SEARCH = `?${encodeURIComponent('…')}`

/**
 * Returns a URI as answers show it to every caller: the query of a web address, which may be a key or a signature, is
 * replaced by `?…`. In the URI of an S3 object, a `?` is part of the key. Pure.
 */
export const hideQuery = (uri: string): string => (/^https?:/i.test(uri) ? uri.replace(/[?].+$/s, HIDDEN_QUERY) : uri)

/** Does the same for text that is not a URL. */
const redactText = (text: string): string =>
  text
    .replace(/[?#].*$/s, '')
    .replace(/^.*@/s, '…@')
    .slice(0, MAX_SHOWN_CHARACTERS)

/** Top-level names that exist only inside a network or on one machine. */
const PRIVATE_NAMES = ['localhost', 'local', 'localdomain', 'internal', 'intranet', 'private', 'corp', 'home', 'lan']
const HOME_NETWORK = '.home.arpa'

/**
 * Parses a URL that a caller provided and checks its form: https, port 443, no user info, no private address, no
 * private host name, and no characters that URL parsers treat differently. The addresses that a host name resolves to
 * are checked when the connection is made. Pure.
 * @param allowLoopback allows http and any port on loopback addresses
 * @throws AppError `bad-source` saying what is wrong
 */
export function parseOutboundUrl(text: string, allowLoopback: boolean): URL {
  const url = URL.canParse(text) ? new URL(text) : undefined
  if (!url) throw new AppError('bad-source', `Invalid URL "${redactText(text)}": expected https://host/path.`)
  const refuse = (reason: string) => new AppError('bad-source', `"${redactUrl(url)}" ${reason}`)
  // URL parsers disagree about these: some read them as slashes, some ignore them.
  if (/[\p{Cc}\\]|^\s|\s$/u.test(text))
    throw refuse('must not contain control characters, backslashes or surrounding spaces.')
  if (url.search === HIDDEN_SEARCH)
    throw refuse(`has "${HIDDEN_QUERY}" in place of its query, as answers show it; send the whole URL.`)
  if (url.username !== '' || url.password !== '') throw refuse('must not contain a user or password.')
  if (allowLoopback && isLoopbackUrl(url) && ['http:', 'https:'].includes(url.protocol)) return url
  if (url.protocol === 'data:') throw refuse('must be the address of a file, not the file itself.')
  if (url.protocol !== 'https:') throw refuse('must use https.')
  if (url.port !== '') throw refuse(`must use port 443, not ${url.port}.`)
  const address = getIpAddress(url)
  if (address === undefined ? !isPublicName(url.hostname) : !isPublicAddress(address))
    throw refuse('must be an address on the public internet.')
  return url
}

/** Returns the IP address of a URL; undefined when it has a host name. */
function getIpAddress({ hostname }: URL): string | undefined {
  const bare = hostname.replace(/^\[(.*)\]$/, '$1')
  return isIP(bare) === 0 ? undefined : bare
}

/** Whether a host name can be public: it has a dot, and its last part is not a private name. */
function isPublicName(host: string): boolean {
  const parts = host.split('.')
  return (
    parts.length > 1 &&
    !PRIVATE_NAMES.includes(parts.at(-1) ?? '') &&
    parts.at(-1) !== '' &&
    !host.endsWith(HOME_NETWORK)
  )
}

const isLoopbackUrl = (url: URL): boolean =>
  url.hostname === 'localhost' || isLoopbackAddress(getIpAddress(url) ?? url.hostname)
