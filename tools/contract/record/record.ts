import { setTimeout as wait } from 'node:timers/promises'
import type { Endpoint } from '../../../shared/platform/http/endpoint.ts'
import { expandPath, parsePathTemplate } from '../../../shared/platform/http/path.ts'
import type { Example } from '../examples.ts'
import { AnswerFields, type RecordedAnswer, type Step } from './step.ts'

/** The API to record. */
export interface Api {
  readonly url: string
  readonly token: string
  readonly endpoints: readonly Endpoint<never>[]
}

const POLL_MILLISECONDS = 50
const MAX_POLLS = 400

/** Ids from responses, by the path parameter that later steps use them for. */
type CapturedParams = Map<string, string>

/**
 * Runs the steps in order and returns those to record as examples.
 * @throws Error naming a step with an unexpected status
 */
export async function recordSteps(steps: readonly Step[], api: Api): Promise<Example[]> {
  const captured: CapturedParams = new Map()
  const examples: Example[] = []
  for (const step of steps) {
    const params = resolveParams(step, api, captured)
    const { status, body, fields } = await runStep(step, params, api)
    captureIds(fields, captured)
    const { operationId, name, summary, query } = step
    if (step.unrecorded) continue
    examples.push({
      operationId,
      name,
      summary,
      ...(Object.keys(params).length > 0 && { params }),
      ...(query && { query }),
      ...(step.body !== undefined && { request: step.body }),
      status,
      ...(body !== undefined && { answer: body }),
    })
  }
  return examples
}

function resolveParams({ operationId, params = {} }: Step, api: Api, captured: CapturedParams): Record<string, string> {
  const names = parsePathTemplate(findEndpoint(operationId, api).path).params
  return Object.fromEntries(names.map((name) => [name, params[name] ?? captured.get(name) ?? '']))
}

function captureIds({ items, ...fields }: AnswerFields, captured: CapturedParams): void {
  const { delivery, imageId } = items?.[0] ?? fields
  if (delivery !== undefined) captured.set('delivery', delivery)
  if (imageId !== undefined) captured.set('image', imageId)
}

function findEndpoint(operationId: string, { endpoints }: Api): Endpoint<never> {
  const endpoint = endpoints.find((one) => one.operationId === operationId)
  if (endpoint) return endpoint
  throw new Error(`Operation "${operationId}" does not exist`)
}

async function runStep(step: Step, params: Readonly<Record<string, string>>, api: Api): Promise<RecordedAnswer> {
  const isDone = step.until ?? (() => true)
  for (let polls = 0; polls < MAX_POLLS; polls++) {
    const answer = await send(step, params, api)
    if (answer.status !== step.status)
      throw new Error(`${step.operationId} ${step.name}: ${answer.status} ${JSON.stringify(answer.body)}`)
    if (isDone(answer.fields)) return answer
    await wait(POLL_MILLISECONDS)
  }
  throw new Error(`${step.operationId} ${step.name} timed out`)
}

async function send(step: Step, params: Readonly<Record<string, string>>, api: Api): Promise<RecordedAnswer> {
  const { method, path } = findEndpoint(step.operationId, api)
  const target = expandPath(path, (name) => encodeURIComponent(params[name] ?? ''))
  const query = new URLSearchParams(step.query).toString()
  const response = await fetch(`${api.url}${target}${query === '' ? '' : `?${query}`}`, {
    method,
    headers: {
      'x-request-id': 'example',
      ...(!step.anonymous && { authorization: `Bearer ${api.token}` }),
      ...(step.body !== undefined && { 'content-type': 'application/json' }),
    },
    ...(step.body !== undefined && { body: JSON.stringify(step.body) }),
  })
  const text = await response.text()
  const isJson = /json$/.test(response.headers.get('content-type') ?? '')
  const body: unknown = isJson && text !== '' ? JSON.parse(text) : text || undefined
  return { status: response.status, body, fields: AnswerFields.safeParse(body).data ?? {} }
}
