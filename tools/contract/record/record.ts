import { setTimeout as wait } from 'node:timers/promises'
import type { Endpoint } from '../../../shared/platform/http/endpoint.ts'
import type { Example } from '../examples.ts'
import { type Answered, type Step, Told } from './step.ts'

/** The API that steps are taken on. */
export interface Api {
  readonly url: string
  readonly token: string
  readonly endpoints: readonly Endpoint<never>[]
}

const POLL_MILLISECONDS = 50
const MOST_POLLS = 400

/** Names that the API itself gives, by the parameter of a path that takes them. */
type Given = Map<string, string>

/**
 * Takes the steps one after another and writes down those that are examples.
 * @throws Error naming a step that is answered otherwise than it says
 */
export async function recordSteps(steps: readonly Step[], api: Api): Promise<Example[]> {
  const given: Given = new Map()
  const examples: Example[] = []
  for (const step of steps) {
    const params = paramsOf(step, api, given)
    const { status, body, told } = await take(step, params, api)
    remember(told, given)
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

function paramsOf({ operationId, params = {} }: Step, api: Api, given: Given): Record<string, string> {
  const names = [...endpointOf(operationId, api).path.matchAll(/\{(\w+)\}/g)].map(([, name = '']) => name)
  return Object.fromEntries(names.map((name) => [name, params[name] ?? given.get(name) ?? '']))
}

function remember({ items, ...told }: Told, given: Given): void {
  const { delivery, imageId } = items?.[0] ?? told
  if (delivery !== undefined) given.set('delivery', delivery)
  if (imageId !== undefined) given.set('image', imageId)
}

function endpointOf(operationId: string, { endpoints }: Api): Endpoint<never> {
  const endpoint = endpoints.find((one) => one.operationId === operationId)
  if (endpoint) return endpoint
  throw new Error(`there is no call "${operationId}"`)
}

async function take(step: Step, params: Readonly<Record<string, string>>, api: Api): Promise<Answered> {
  const isThere = step.until ?? (() => true)
  for (let polls = 0; polls < MOST_POLLS; polls++) {
    const answer = await send(step, params, api)
    if (answer.status !== step.status)
      throw new Error(`${step.operationId} ${step.name}: ${answer.status} ${JSON.stringify(answer.body)}`)
    if (isThere(answer.told)) return answer
    await wait(POLL_MILLISECONDS)
  }
  throw new Error(`${step.operationId} ${step.name} does not come to an end`)
}

async function send(step: Step, params: Readonly<Record<string, string>>, api: Api): Promise<Answered> {
  const { method, path } = endpointOf(step.operationId, api)
  const target = path.replaceAll(/\{(\w+)\}/g, (_, name: string) => encodeURIComponent(params[name] ?? ''))
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
  return { status: response.status, body, told: Told.safeParse(body).data ?? {} }
}
