import { setTimeout as wait } from 'node:timers/promises'
import type { Fleet } from './fleet.ts'

const PAUSE_MILLISECONDS = 100

/** An answer of the API. */
export interface Answer {
  readonly status: number
  // biome-ignore lint/suspicious/noExplicitAny: answers of every shape are looked into
  readonly json: any
}

/** A caller as there are: patient, who repeats a call that got no answer, or one of a fault that is not theirs. */
export function clientOf(fleet: Pick<Fleet, 'api' | 'token'>, mayGoOn: () => boolean) {
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

  /** The answer, once there is one below 500. @throws Error when that may not be waited for any longer */
  const call = async (method: string, path: string, body?: unknown): Promise<Answer> => {
    let last: unknown
    while (mayGoOn()) {
      try {
        const answer = await once(method, path, body)
        if (answer.status < 500) return answer
        last = answer.json
      } catch (error) {
        last = error
      }
      await wait(PAUSE_MILLISECONDS)
    }
    throw new Error(`${method} ${path} has no good answer: ${JSON.stringify(last)}`, { cause: last })
  }

  /** Looks until it is as it should be, or for so long. The last answer. */
  const until = async (path: string, isThere: (answer: Answer) => boolean, milliseconds: number): Promise<Answer> => {
    const end = Date.now() + milliseconds
    for (;;) {
      const answer = await call('GET', path)
      if (isThere(answer) || Date.now() > end) return answer
      await wait(PAUSE_MILLISECONDS)
    }
  }
  return { call, until }
}

export type Client = ReturnType<typeof clientOf>
