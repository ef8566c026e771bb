import { ApiError, type ApiReply, type ApiRequest, callApi } from '../../kit/api.ts'
import type { ApiCall } from './calls.ts'

export type CallOptions = Pick<ApiRequest, 'headers' | 'signal'>

/** Calls the API with the token of the owner. */
export interface Client {
  /** @throws ApiError for every answer that is not as wished */
  call<Body>(call: ApiCall, options?: CallOptions): Promise<ApiReply<Body>>
  /** Reads what is no JSON, such as a manifest; follows a redirect to the bucket. @throws ApiError */
  text(path: string, signal: AbortSignal): Promise<string>
}

/**
 * Makes a client.
 * @param token returns the current token
 * @param onRefused is told of answers 401 and 403, before they are thrown
 */
export function makeClient(token: () => string | undefined, onRefused: (error: ApiError) => void): Client {
  return {
    call: async <Body>({ method, path, body }: ApiCall, options: CallOptions = {}) => {
      try {
        return await callApi<Body>({ method, path, body, token: token(), ...options })
      } catch (error) {
        if (error instanceof ApiError && (error.status === 401 || error.status === 403)) onRefused(error)
        throw error
      }
    },
    text: async (path, signal) => {
      const response = await fetch(path, { headers: { authorization: `Bearer ${token() ?? ''}` }, signal })
      if (response.ok) return await response.text()
      throw new ApiError(`The server answered with status ${response.status}.`, {
        status: response.status,
        code: 'unknown',
      })
    },
  }
}

/**
 * Returns the error of the API that was thrown. What else is thrown while a page waits for an answer is a mistake of this
 * page, and shown like a failure, so that nobody waits in vain.
 */
export const toApiError = (error: unknown): ApiError =>
  error instanceof ApiError
    ? error
    : new ApiError(`This page made a mistake: ${String(error)}`, { status: 0, code: 'page' })
