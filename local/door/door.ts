import type { IncomingMessage } from 'node:http'

/** What a local server lets in, besides programs and pages of this machine. */
export interface DoorRules {
  /** Whether pages of any origin may read, because whatever can be read is protected by its signature. */
  readonly openReads?: boolean
  /** Whether a link on any page may open a page of this server in a tab. */
  readonly links?: boolean
  /** Origins of other machines whose pages may call it; `*` allows any. */
  readonly origins?: readonly string[]
}

type Visitor = Pick<IncomingMessage, 'method' | 'url' | 'headers' | 'headersDistinct'>

const LOOPBACK = String.raw`(127\.0\.0\.1|localhost|\[::1\])`
const HOST = new RegExp(`^${LOOPBACK}(:\\d*)?$`, 'i')
const ORIGIN = new RegExp(`^https?://${LOOPBACK}(:\\d+)?$`)
const READS = ['GET', 'HEAD', 'OPTIONS']

/**
 * Decides whether a local server may look at a request. Any web page can send requests to 127.0.0.1, and a page whose
 * host name is pointed to 127.0.0.1 afterwards (DNS rebinding) can also read the answers. Such requests name a host or an
 * origin of another machine, which pages cannot forge. Programs can, so this does not replace keys and tokens. Pure.
 * @returns why the request is refused; undefined if it is not
 */
export function refuseVisitor(visitor: Visitor, rules: DoorRules = {}): string | undefined {
  return refuseHost(visitor) ?? refusePage(visitor, rules)
}

function refuseHost({ url = '', headersDistinct }: Visitor): string | undefined {
  const hosts = headersDistinct.host ?? []
  const [host = ''] = hosts
  if (hosts.length !== 1) return `A request must have one Host header, not ${hosts.length}.`
  if (!HOST.test(host)) return `Host "${host}" is not served: use 127.0.0.1, localhost or [::1].`
  // The authority of an absolute target would take the place of the Host header.
  if (!url.startsWith('/')) return `The request target "${url}" must be a path.`
  return undefined
}

function refusePage(visitor: Visitor, rules: DoorRules): string | undefined {
  const { method = '', headers, headersDistinct } = visitor
  if (rules.openReads && READS.includes(method)) return undefined
  const origin = headersDistinct.origin?.join(', ')
  if (origin !== undefined) {
    const isKnown = ORIGIN.test(origin) || rules.origins?.some((known) => known === '*' || known === origin)
    return isKnown ? undefined : `Pages of the origin "${origin}" may not send requests to this server.`
  }
  if (headers['sec-fetch-site'] !== 'cross-site' || (rules.links && opensPage(visitor))) return undefined
  return 'Pages of another site may not send requests to this server.'
}

/** Whether a browser opens the answer in a tab of its own. In a frame, the page around it could trick its user. */
const opensPage = ({ method, headers }: Visitor): boolean =>
  method === 'GET' && headers['sec-fetch-mode'] === 'navigate' && headers['sec-fetch-dest'] === 'document'
