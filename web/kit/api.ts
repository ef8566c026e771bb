/** An issue of a problem document (RFC 9457): where it is, and what would be right. */
export interface ApiIssue {
  readonly at: string
  readonly message: string
}

/** The API refused a request, or failed. */
export class ApiError extends Error {
  readonly status: number
  /** The machine-readable code of the problem; `unreachable` when there was no answer, `unknown` for another body. */
  readonly code: string
  readonly issues: readonly ApiIssue[]
  readonly retryAfterSeconds: number | undefined

  constructor(message: string, facts: Pick<ApiError, 'status' | 'code'> & Partial<ApiError>) {
    super(message)
    this.name = 'ApiError'
    this.status = facts.status
    this.code = facts.code
    this.issues = facts.issues ?? []
    this.retryAfterSeconds = facts.retryAfterSeconds
  }

  /** Whether the same request may succeed later: no answer, too many requests, or a failure of the server. */
  get isRetryable(): boolean {
    return this.status === 0 || this.status === 429 || (this.status >= 500 && this.code !== 'corrupt-state')
  }
}

export interface ApiRequest {
  readonly method?: 'GET' | 'PUT' | 'POST' | 'DELETE'
  /** From the root of the API, without a slash: `v1/batches/tires-0`. */
  readonly path: string
  readonly body?: unknown
  readonly token?: string | undefined
  readonly headers?: Readonly<Record<string, string>>
  readonly signal?: AbortSignal
}

export interface ApiReply<Body> {
  readonly status: number
  readonly headers: Headers
  /** The parsed JSON; undefined where there is none, such as with 204 and 304. */
  readonly body: Body
}

const TIMEOUT_MILLISECONDS = 30_000

/**
 * Calls the API that the page comes from. Its address is relative, as it may have a path of its own.
 * @throws ApiError for every answer that is not as wished, and where there is none
 */
export async function callApi<Body>(request: ApiRequest): Promise<ApiReply<Body>> {
  const { method = 'GET', path, body, token, headers = {}, signal } = request
  const timeout = AbortSignal.timeout(TIMEOUT_MILLISECONDS)
  const response = await fetch(path, {
    method,
    headers: {
      ...headers,
      ...(token !== undefined && { authorization: `Bearer ${token}` }),
      ...(body !== undefined && { 'content-type': 'application/json' }),
    },
    ...(body !== undefined && { body: JSON.stringify(body) }),
    cache: 'no-store',
    signal: signal ? AbortSignal.any([signal, timeout]) : timeout,
  }).catch((error: unknown) => {
    if (signal?.aborted) throw error
    throw new ApiError('The server cannot be reached.', { status: 0, code: 'unreachable' })
  })
  const { status } = response
  const text = await response.text().catch(() => '')
  const json = parseJson(text)
  if (response.ok || status === 304) return { status, headers: response.headers, body: json as Body }
  throw toError(status, json, response.headers)
}

function toError(status: number, json: unknown, headers: Headers): ApiError {
  const { detail, code, errors, message } = (json ?? {}) as {
    detail?: string
    code?: string
    errors?: readonly ApiIssue[]
    message?: string
  }
  const seconds = Number(headers.get('retry-after') ?? Number.NaN)
  return new ApiError(detail ?? message ?? `The server answered with status ${status}.`, {
    status,
    code: code ?? 'unknown',
    issues: errors ?? [],
    ...(Number.isFinite(seconds) && { retryAfterSeconds: seconds }),
  })
}

function parseJson(text: string): unknown {
  try {
    return text === '' ? undefined : JSON.parse(text)
  } catch {
    return undefined
  }
}
