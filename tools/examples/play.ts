import { type ExampleRequest, fillPlaceholders } from './http-file.ts'
import type { Chapter } from './story.ts'

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
export interface Stage {
  send(request: FilledRequest): Promise<ExampleAnswer>
  /** Waits until the work behind a resource has ended. */
  settle(location: string): Promise<void>
  /** Values that replace variables of the files. */
  readonly variables: Readonly<Record<string, string>>
}

/** A request as it was sent, and its response. */
export interface Played {
  readonly request: ExampleRequest
  readonly sent: FilledRequest
  readonly answer: ExampleAnswer
}

/**
 * Sends the requests of a file in order. After a response with `retry-after`, it waits until the work has ended, and
 * repeats a GET, unless the next request cancels that work.
 */
export async function* playChapter(chapter: Chapter, stage: Stage): AsyncGenerator<Played> {
  const answers = new Map<string, unknown>()
  const variables = { ...chapter.variables, ...stage.variables }
  const fill = (text: string): string => fillPlaceholders(text, variables, answers)
  for (const [at, request] of chapter.requests.entries()) {
    const sent = fillRequest(request, fill)
    const answer = await stage.send(sent)
    if (request.name !== undefined) answers.set(request.name, parseJson(answer))
    const isCancelledNext = chapter.requests[at + 1]?.title.startsWith('Cancel')
    if (!answer.headers.has('retry-after') || isCancelledNext) yield { request, sent, answer }
    else {
      await stage.settle(answer.headers.get('location') ?? sent.target)
      yield { request, sent, answer: request.method === 'GET' ? await stage.send(sent) : answer }
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
