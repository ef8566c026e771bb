import type { IncomingMessage } from 'node:http'

/** The parts of a request that a signature may cover. */
export interface Message {
  readonly method: string
  /** Percent-encoded, without the query. */
  readonly path: string
  readonly query: URLSearchParams
  /** The values of each header by lower-case name, as they were sent: bytes as latin1 text. */
  readonly headers: Readonly<Record<string, readonly string[] | undefined>>
}

/** Returns what can be signed of a request besides its body. */
export function toMessage({ method = '', url = '', headersDistinct }: IncomingMessage): Message {
  const [path = '', ...search] = url.split('?')
  return { method, path, query: new URLSearchParams(search.join('?')), headers: headersDistinct }
}

/** Returns the value of a header; repeated ones are joined by commas. */
export const findHeader = ({ headers }: Message, name: string): string | undefined => headers[name]?.join(',')
