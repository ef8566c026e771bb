import { setTimeout as wait } from 'node:timers/promises'
import type { Target } from './send.ts'

const POLL_MILLISECONDS = 20
const MAX_POLLS = 1000

/** Creates a client for the calls that prepare the fuzzing. All of them must succeed. */
export function createClient({ api, token }: Target) {
  /** Returns the body of the response. @throws Error for a status other than 2xx */
  const call = async (method: string, path: string, body?: unknown): Promise<string> => {
    const headers = { authorization: `Bearer ${token}`, 'content-type': 'application/json' }
    const response = await fetch(`${api}${path}`, {
      method,
      headers,
      ...(body !== undefined && { body: JSON.stringify(body) }),
    })
    const text = await response.text()
    if (!response.ok) throw new Error(`${method} ${path}: ${response.status} ${text}`)
    return text
  }
  /** Repeats a GET until its response contains a word. */
  const until = async (path: string, word: string): Promise<void> => {
    for (let polls = 0; polls < MAX_POLLS; polls++) {
      if ((await call('GET', path)).includes(word)) return
      await wait(POLL_MILLISECONDS)
    }
    throw new Error(`${path} timed out waiting for ${word}`)
  }
  return { call, until }
}
