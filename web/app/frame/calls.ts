/** A call of the API, as pages name it. */
export interface ApiCall {
  readonly method: 'GET' | 'PUT' | 'POST' | 'DELETE'
  /** From the root of the API, without a slash: `v1/batches/tires-0`. */
  readonly path: string
  readonly body?: unknown
}

/** Returns a call that reads. Pure. */
export const get = (path: string): ApiCall => ({ method: 'GET', path })

/** Returns a call in one line: `GET /v1/batches/tires-0`. Pure. */
export const toCallLine = ({ method, path }: ApiCall): string => `${method} /${path}`

/** Bodies that are shorter stay on one line. */
const MAX_LINE_CHARACTERS = 72

/**
 * Returns the command that makes a call from a shell. The token is the variable `GROUNDWORK_TOKEN`: a real one would end
 * up in the history of the shell. Pure.
 * @param root address of the API, with a slash at its end
 */
export function toCurl({ method, path, body }: ApiCall, root: string): string {
  const lines = [
    `curl ${method === 'GET' ? '' : `-X ${method} `}${quote(root + path)}`,
    // Double quotes, so that the shell fills in the variable.
    '-H "Authorization: Bearer $GROUNDWORK_TOKEN"',
  ]
  if (body !== undefined) lines.push("-H 'Content-Type: application/json'", `-d ${quote(toJson(body))}`)
  return lines.join(' \\\n  ')
}

/** Quotes a text for a POSIX shell, which leaves everything between single quotes as it is. Pure. */
const quote = (text: string): string => `'${text.replaceAll("'", "'\\''")}'`

function toJson(body: unknown): string {
  const line = JSON.stringify(body)
  return line.length > MAX_LINE_CHARACTERS ? JSON.stringify(body, null, 2) : line
}

/** Returns a path with its query, without the values that are undefined. Pure. */
export function withQuery(path: string, query: Readonly<Record<string, string | number | true | undefined>>): string {
  const pairs = Object.entries(query).flatMap(([key, value]): [string, string][] =>
    value === undefined ? [] : [[key, String(value)]],
  )
  const search = new URLSearchParams(pairs).toString()
  return search === '' ? path : `${path}?${search}`
}

/** Returns the path of a resource; names are encoded, as they may be typed by hand. Pure. */
export const toPath = (...parts: readonly string[]): string => `v1/${parts.map(encodeURIComponent).join('/')}`

/** Returns the path of the page that begins at a cursor. Pure. */
export const withCursor = (path: string, cursor: string): string =>
  path + (path.includes('?') ? '&' : '?') + withQuery('', { cursor }).slice(1)
