import { setTimeout as wait } from 'node:timers/promises'
import type * as z from 'zod'
import type { Stack } from '../../local/stack.ts'
import type { Story } from './story.ts'

/** A call of the API. */
export interface Request {
  readonly method: 'GET' | 'PUT' | 'POST' | 'DELETE'
  readonly path: string
  readonly body?: unknown
}

const POLL_MILLISECONDS = 50
const PATIENCE_MILLISECONDS = 20_000

/** The API over HTTP, as any other program would call it; each call is told as the curl command that does the same. */
export function apiAt({ api: url, token }: Pick<Stack, 'api' | 'token'>, story: Story) {
  /** The answer's text. @throws Error when its status is not the one expected */
  const text = async (request: Request, expected: number, silent = false): Promise<string> => {
    if (!silent) story.command(curlOf(url, request))
    const { method, path, body } = request
    const authorization = `Bearer ${token}`
    const init =
      body === undefined
        ? { headers: { authorization } }
        : { body: JSON.stringify(body), headers: { authorization, 'content-type': 'application/json' } }
    const response = await fetch(`${url}${path}`, { method, ...init })
    const answer = await response.text()
    if (response.status === expected) return answer
    throw new Error(`${method} ${path} answered ${response.status}, not ${expected}: ${answer}`)
  }

  const json = async <Schema extends z.ZodType>(
    request: Request,
    expected: number,
    schema: Schema,
    silent = false,
  ): Promise<z.infer<Schema>> => schema.parse(JSON.parse(await text(request, expected, silent)))

  /** Asks again until it is over, and does not tell. @throws Error when that takes too long */
  const until = async <Schema extends z.ZodType>(
    path: string,
    schema: Schema,
    isOver: (answer: z.infer<Schema>) => boolean,
  ): Promise<z.infer<Schema>> => {
    const giveUpAt = Date.now() + PATIENCE_MILLISECONDS
    while (Date.now() < giveUpAt) {
      const answer = await json({ method: 'GET', path }, 200, schema, true)
      if (isOver(answer)) return answer
      await wait(POLL_MILLISECONDS)
    }
    throw new Error(`${path} was not done within ${PATIENCE_MILLISECONDS / 1000} seconds`)
  }

  const show = (request: Request): void => story.command(curlOf(url, request))

  return { show, text, json, until }
}

export type Api = ReturnType<typeof apiAt>

/** The command that makes this call from a shell that has the token in TOKEN. */
function curlOf(url: string, { method, path, body }: Request): string {
  const verb = method === 'GET' ? '' : ` -X ${method}`
  const call = `curl${verb} '${url}${path}' -H "authorization: Bearer $TOKEN"`
  if (body === undefined) return call
  const quoted = JSON.stringify(body).replaceAll("'", "'\\''")
  return `${call} -H 'content-type: application/json' -d '${quoted}'`
}
