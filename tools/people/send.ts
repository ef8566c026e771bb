/** A request to the API. */
export interface ApiRequest {
  readonly method: 'GET' | 'POST' | 'PUT'
  readonly path: string
  readonly body?: unknown
  /** The bearer token, if there is one. */
  readonly token?: string | undefined
}

export interface ApiReply {
  readonly status: number
  readonly json: unknown
  /** The header `retry-after` in seconds. */
  readonly retryAfterSeconds?: number | undefined
}

/** Sends a request. @throws Error when no reply arrives, although the request may have been carried out */
export type Send = (request: ApiRequest) => Promise<ApiReply>

const TIMEOUT_MILLISECONDS = 30_000

/**
 * Sends requests over HTTP.
 * @param api `http://127.0.0.1:3000`
 * @param extraHeaders headers that every request carries besides its own
 */
export const httpSend =
  (api: string, signal?: AbortSignal, extraHeaders = (): Readonly<Record<string, string>> => ({})): Send =>
  async ({ method, path, body, token }) => {
    const timeout = AbortSignal.timeout(TIMEOUT_MILLISECONDS)
    const response = await fetch(`${api}${path}`, {
      method,
      headers: {
        ...extraHeaders(),
        ...(token !== undefined && { authorization: `Bearer ${token}` }),
        ...(body !== undefined && { 'content-type': 'application/json' }),
      },
      ...(body !== undefined && { body: JSON.stringify(body) }),
      signal: signal ? AbortSignal.any([signal, timeout]) : timeout,
    })
    const text = await response.text()
    const retryAfter = Number(response.headers.get('retry-after') ?? Number.NaN)
    return {
      status: response.status,
      json: text === '' ? undefined : JSON.parse(text),
      ...(Number.isFinite(retryAfter) && { retryAfterSeconds: retryAfter }),
    }
  }
