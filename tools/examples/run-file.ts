import type { ExampleFile } from './example-files.ts'
import { type ExampleRequest, fillPlaceholders } from './http-file.ts'

/** A request with all placeholders filled in. */
export type FilledRequest = Pick<ExampleRequest, 'method' | 'target' | 'headers' | 'body'>

/** What the examples need of a response. */
export interface ExampleAnswer {
  readonly status: number
  /** With lower-case names. */
  readonly headers: ReadonlyMap<string, string>
  readonly text: string
}

/** The system that the examples run against. */
export interface ExampleTarget {
  send(request: FilledRequest): Promise<ExampleAnswer>
  /** Waits until the work behind a resource has ended. */
  waitUntilDone(location: string): Promise<void>
  /** Values that replace variables of the files. */
  readonly variables: Readonly<Record<string, string>>
}

/** A request as it was sent, and its response. */
export interface Exchange {
  readonly request: ExampleRequest
  readonly sent: FilledRequest
  readonly answer: ExampleAnswer
}

/**
 * Sends the requests of a file in order. After a response with `retry-after`, it waits until the work has ended, and
 * repeats a GET, unless the next request cancels that work.
 */
export async function* runExampleFile(file: ExampleFile, target: ExampleTarget): AsyncGenerator<Exchange> {
  const answers = new Map<string, unknown>()
  const variables = { ...file.variables, ...target.variables }
  const fill = (text: string): string => fillPlaceholders(text, variables, answers)
  for (const [at, request] of file.requests.entries()) {
    const sent = fillRequest(request, fill)
    const answer = await target.send(sent)
    if (request.name !== undefined) answers.set(request.name, parseJson(answer))
    const isCancelledNext = file.requests[at + 1]?.method === 'DELETE'
    if (!answer.headers.has('retry-after') || isCancelledNext) yield { request, sent, answer }
    else {
      await target.waitUntilDone(answer.headers.get('location') ?? sent.target)
      yield { request, sent, answer: request.method === 'GET' ? await target.send(sent) : answer }
    }
  }
}

const fillRequest = ({ method, target, headers, body }: ExampleRequest, fill: (text: string) => string) => ({
  method,
  target: fill(target),
  headers: Object.fromEntries(Object.entries(headers).map(([name, value]) => [name, fill(value)])),
  body: body === undefined ? undefined : fill(body),
})

/** Returns the body of an answer, or undefined if it is not JSON. Pure. */
export const parseJson = ({ headers, text }: ExampleAnswer): unknown =>
  text !== '' && /json$/.test(headers.get('content-type') ?? '') ? JSON.parse(text) : undefined
