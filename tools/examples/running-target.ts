import { setTimeout as wait } from 'node:timers/promises'
import * as z from 'zod'
import { type ExampleAnswer, type ExampleTarget, type FilledRequest, parseJson } from './run-file.ts'

const STATES = ['importing', 'selecting', 'queued', 'copying', 'deleting', 'pending']
const JOB_STATUSES = ['Creating', 'Initializing', 'InProgress', 'Stopping']
const IN_PROGRESS = new Set([...STATES, ...JOB_STATUSES])

const Resource = z.object({
  state: z.string().optional(),
  status: z.string().optional(),
  output: z.unknown().optional(),
  run: z.object({ state: z.string() }).optional(),
  items: z.array(z.object({ state: z.string().optional() })).optional(),
})

const POLL_MILLISECONDS = 20
const TIMEOUT_MILLISECONDS = 150_000

/** A running API, and a server that it can reach. */
export interface RunningApi {
  readonly api: string
  readonly token: string
  /** Accepts webhooks and serves `/photo.jpg`. */
  readonly receiver: string
}

/**
 * Returns a running API as the target of the examples.
 * @param request replaces `fetch`, to look at responses
 */
export function runningTarget({ api, token, receiver }: RunningApi, request: typeof fetch = fetch): ExampleTarget {
  const send = async ({ method, target, headers, body }: FilledRequest): Promise<ExampleAnswer> => {
    const response = await request(`${api}${target}`, { method, headers, ...(body !== undefined && { body }) })
    return { status: response.status, headers: new Map(response.headers), text: await response.text() }
  }
  const waitUntilDone = async (location: string): Promise<void> => {
    const end = Date.now() + TIMEOUT_MILLISECONDS
    const headers = { authorization: `Bearer ${token}` }
    for (;;) {
      const answer = await send({ method: 'GET', target: location, headers, body: undefined })
      if (!isInProgress(parseJson(answer))) return
      if (Date.now() > end) throw new Error(`${location} is still ${answer.text}`)
      await wait(POLL_MILLISECONDS)
    }
  }
  return { send, waitUntilDone, variables: { host: api, token, receiver, photo: `${receiver}/photo.jpg` } }
}

function isInProgress(resource: unknown): boolean {
  const { state, status, output, run, items = [] } = Resource.safeParse(resource).data ?? {}
  const states = [state, status, ...items.map((item) => item.state)]
  // The results of a labeling job are read after it has ended.
  const isUnread = status === 'Completed' && output === undefined
  return states.some((one) => IN_PROGRESS.has(one ?? '')) || isUnread || run?.state === 'running'
}
