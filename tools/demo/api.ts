import { setTimeout as wait } from 'node:timers/promises'
import type * as z from 'zod'
import type { Stack } from '../../local/stack.ts'
import type { Story } from './story.ts'

/** An API request. */
export interface Request {
  readonly method: 'GET' | 'PUT' | 'POST' | 'DELETE'
  readonly path: string
  readonly body?: unknown
}

const POLL_MILLISECONDS = 50
const TIMEOUT_MILLISECONDS = 20_000

/** Creates an HTTP client for the API that prints each request as the equivalent curl command. */
export function createApi({ api: url, token }: Pick<Stack, 'api' | 'token'>, story: Story) {
  /** Sends a request and returns the response text. @throws Error for an unexpected status */
  const text = async (request: Request, expected: number, silent = false): Promise<string> => {
    if (!silent) story.command(toCurl(url, request))
    const { method, path, body } = request
    const authorization = `Bearer ${token}`
    const init =
      body === undefined
        ? { headers: { authorization } }
        : { body: JSON.stringify(body), headers: { authorization, 'content-type': 'application/json' } }
    const response = await fetch(`${url}${path}`, { method, ...init })
    const answer = await response.text()
    if (response.status === expected) return answer
    throw new Error(`${method} ${path} returned ${response.status}, not ${expected}: ${answer}`)
  }

  const json = async <Schema extends z.ZodType>(
    request: Request,
    expected: number,
    schema: Schema,
    silent = false,
  ): Promise<z.infer<Schema>> => schema.parse(JSON.parse(await text(request, expected, silent)))

  /** Polls silently until `isOver` is true. @throws Error on timeout */
  const until = async <Schema extends z.ZodType>(
    path: string,
    schema: Schema,
    isOver: (answer: z.infer<Schema>) => boolean,
  ): Promise<z.infer<Schema>> => {
    const deadline = Date.now() + TIMEOUT_MILLISECONDS
    while (Date.now() < deadline) {
      const answer = await json({ method: 'GET', path }, 200, schema, true)
      if (isOver(answer)) return answer
      await wait(POLL_MILLISECONDS)
    }
    throw new Error(`${path} timed out after ${TIMEOUT_MILLISECONDS / 1000} seconds`)
  }

  const show = (request: Request): void => story.command(toCurl(url, request))

  return { show, text, json, until }
}

export type Api = ReturnType<typeof createApi>

/** Returns the curl command for a request, for a shell with the token in $TOKEN. */
function toCurl(url: string, { method, path, body }: Request): string {
  const verb = method === 'GET' ? '' : ` -X ${method}`
  const call = `curl${verb} '${url}${path}' -H "authorization: Bearer $TOKEN"`
  if (body === undefined) return call
  const quoted = JSON.stringify(body).replaceAll("'", "'\\''")
  return `${call} -H 'content-type: application/json' -d '${quoted}'`
}
