import * as z from 'zod'
import { MODES } from '../../shared/contracts/built-in-functions.ts'
import { AnswerReceipt, type AnswerRequest } from '../../shared/contracts/labeling-answer.ts'
import { type NextRequest, NextTasks } from '../../shared/contracts/labeling-task.ts'
import { SessionView } from '../../shared/contracts/session.ts'
import type { PeopleClock } from './clock.ts'
import type { ApiReply, ApiRequest, Send } from './send.ts'

/** How somebody gets in: with a link, or with a session that was opened before. */
export type Access = { readonly secret: string; readonly seat?: string } | { readonly session: string }

/** The API refuses a request: repeating it does not help. */
export class Refused extends Error {
  readonly status: number
  readonly code: string

  constructor({ method, path }: ApiRequest, { status, json }: ApiReply) {
    const { code = 'unknown', detail = '' } = (json ?? {}) as { code?: string; detail?: string }
    super(`${method} ${path}: ${status} ${code} ${detail}`)
    this.name = 'Refused'
    this.status = status
    this.code = code
  }
}

/** What somebody must know of a job; a job that cannot be read has only a name. */
const MyJobs = z.object({
  items: z.array(
    z.object({
      job: z.string(),
      state: z.string().optional(),
      mode: z.enum(MODES).optional(),
      labels: z.array(z.string()).optional(),
    }),
  ),
})
export type MyJob = z.infer<typeof MyJobs>['items'][number]

const MAX_ATTEMPTS = 12
const MAX_PAUSE_SECONDS = 30
const DEFAULT_RETRY_SECONDS = 5

/** The calls of one worker. Each is repeated until there is an answer, as pages do, and its reply is checked. */
export interface WorkerClient {
  /** Requests that were sent again, because there was no answer or a failure of the server. */
  retries(): number
  jobs(): Promise<readonly MyJob[]>
  next(job: string, body: NextRequest): Promise<NextTasks>
  renew(job: string, block: string): Promise<NextTasks>
  answer(job: string, line: number, body: AnswerRequest): Promise<AnswerReceipt>
}

/** @throws from each of its calls {@link Refused}; Error when the server does not answer for some minutes */
export function workerClient(access: Access, send: Send, clock: PeopleClock): WorkerClient {
  let session: Promise<string> | undefined
  let retries = 0

  const sendUntilAnswered = async (request: ApiRequest): Promise<ApiReply> => {
    for (let attempt = 1; ; attempt++) {
      const reply = await send(request).catch((error: unknown) => {
        if (attempt === MAX_ATTEMPTS || isAbort(error)) throw error
        return undefined
      })
      const isBusy = reply?.status === 429
      const isFailure = reply === undefined || (reply.status >= 500 && codeOf(reply) !== 'corrupt-state')
      if (reply && ((!isBusy && !isFailure) || attempt === MAX_ATTEMPTS)) return reply
      retries += 1
      const pause = Math.min(MAX_PAUSE_SECONDS, 2 ** (attempt - 2))
      await clock.wait(reply?.retryAfterSeconds ?? (isBusy ? DEFAULT_RETRY_SECONDS : pause))
    }
  }

  const openSession = async (): Promise<string> => {
    if ('session' in access) return access.session
    const request = { method: 'POST', path: '/v1/me/sessions', body: access } as const
    return parseReply(request, await sendUntilAnswered(request), SessionView).session
  }

  /** Opens a session, and another one when that has expired. */
  const call = async <Schema extends z.ZodType>(request: ApiRequest, schema: Schema): Promise<z.infer<Schema>> => {
    session ??= openSession()
    const reply = await sendUntilAnswered({ ...request, token: await session })
    if (reply.status !== 401 || 'session' in access) return parseReply(request, reply, schema)
    session = openSession()
    return parseReply(request, await sendUntilAnswered({ ...request, token: await session }), schema)
  }

  const path = (job: string, rest: string): string => `/v1/me/jobs/${job}/${rest}`
  return {
    retries: () => retries,
    jobs: async () => (await call({ method: 'GET', path: '/v1/me/jobs?limit=1000' }, MyJobs)).items,
    next: (job, body) => call({ method: 'POST', path: path(job, 'next'), body }, NextTasks),
    renew: (job, block) => call({ method: 'POST', path: path(job, 'renew'), body: { block } }, NextTasks),
    answer: (job, line, body) => call({ method: 'PUT', path: path(job, `answers/${line}`), body }, AnswerReceipt),
  }
}

const isAbort = (error: unknown): boolean => error instanceof Error && error.name === 'AbortError'

const codeOf = ({ json }: ApiReply): unknown => (json as { code?: unknown } | undefined)?.code

function parseReply<Schema extends z.ZodType>(request: ApiRequest, reply: ApiReply, schema: Schema): z.infer<Schema> {
  if (reply.status >= 300) throw new Refused(request, reply)
  const { success, data, error } = schema.safeParse(reply.json)
  if (success) return data
  throw new Error(`${request.method} ${request.path}: the reply is not what the contract says: ${error.message}`)
}
