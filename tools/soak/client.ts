import { setTimeout as wait } from 'node:timers/promises'
import type { Fleet } from './fleet.ts'

const PAUSE_MILLISECONDS = 100

/** A response of the API. */
export interface Answer {
  readonly status: number
  // biome-ignore lint/suspicious/noExplicitAny: responses of any shape are inspected
  readonly json: any
}

/**
 * Creates a client that retries requests without response or with a status of 500 and above, except `corrupt-state`:
 * retrying does not help there.
 * @param onCorrupt receives the responses with that code
 */
export function createClient(
  fleet: Pick<Fleet, 'api' | 'token'>,
  shouldContinue: () => boolean,
  onCorrupt: (request: string, answer: Answer) => void = () => {},
) {
  const once = async (method: string, path: string, body?: unknown): Promise<Answer> => {
    const authorization = `Bearer ${fleet.token}`
    const init =
      body === undefined
        ? { headers: { authorization } }
        : { body: JSON.stringify(body), headers: { authorization, 'content-type': 'application/json' } }
    const response = await fetch(`${await fleet.api()}${path}`, {
      method,
      ...init,
      signal: AbortSignal.timeout(20_000),
    })
    const text = await response.text()
    return { status: response.status, json: text === '' ? undefined : JSON.parse(text) }
  }

  /** Sends a request until the status is below 500, or it is `corrupt-state`. @throws Error when `shouldContinue` becomes false */
  const call = async (method: string, path: string, body?: unknown): Promise<Answer> => {
    let last: unknown
    while (shouldContinue()) {
      try {
        const answer = await once(method, path, body)
        if (answer.status < 500) return answer
        if (answer.json?.code === 'corrupt-state') {
          onCorrupt(`${method} ${path}`, answer)
          return answer
        }
        last = answer.json
      } catch (error) {
        last = error
      }
      await wait(PAUSE_MILLISECONDS)
    }
    throw new Error(`${method} ${path} kept failing: ${JSON.stringify(last)}`, { cause: last })
  }

  /** Polls until `isDone` is true or the time is up. Returns the last response. */
  const until = async (path: string, isDone: (answer: Answer) => boolean, milliseconds: number): Promise<Answer> => {
    const end = Date.now() + milliseconds
    for (;;) {
      const answer = await call('GET', path)
      if (isDone(answer) || Date.now() > end) return answer
      await wait(PAUSE_MILLISECONDS)
    }
  }
  return { call, until }
}

export type Client = ReturnType<typeof createClient>
