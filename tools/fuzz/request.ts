import { type Random, randomFrom } from '../soak/random.ts'
import type { Call, Schema } from './contract.ts'
import { mutated, oddHeaders, oddPath, oddQuery, spoilt } from './mutate.ts'
import { type Pools, valueFor } from './values.ts'

/** A request as it goes over the wire; `{cursor}` and the like stand for what an earlier answer has given. */
export interface FuzzRequest {
  /** Counts from 1: with the seed, it makes this very request again. */
  readonly number: number
  readonly operationId: string
  readonly method: string
  readonly path: string
  readonly headers: Readonly<Record<string, string>>
  readonly body: Buffer | undefined
}

export interface Source {
  readonly calls: readonly Call[]
  readonly schemas: Readonly<Record<string, Schema>>
  poolsFor(operationId: string): Pools
}

const AS_IT_SHOULD_BE = 0.55

/** The request of that number: every call comes once in as many requests as there are calls. */
export function requestOf(number: number, seed: number, source: Source): FuzzRequest {
  const { calls } = source
  const round = Math.floor((number - 1) / calls.length)
  const call = shuffled(calls, randomFrom(seed, `round ${round}`))[(number - 1) % calls.length]
  if (!call) throw new Error('the contract has no calls')
  const random = randomFrom(seed, `request ${number}`)
  const request = validRequest(number, call, source, random)
  return random.chance(AS_IT_SHOULD_BE) ? request : madeOdd(request, random)
}

function shuffled<Item>(items: readonly Item[], random: Random): Item[] {
  return items
    .map((item) => ({ item, place: random.next() }))
    .toSorted((a, b) => a.place - b.place)
    .map(({ item }) => item)
}

function validRequest(number: number, call: Call, source: Source, random: Random): FuzzRequest {
  const pools = source.poolsFor(call.operationId)
  const word = (name: string, schema: Schema): string =>
    String(valueFor({ anyOf: [schema] }, name, pools, source.schemas, random, 1))
  const path = call.path.replaceAll(/\{(\w+)\}/g, (_, name: string) => word(name, { type: 'string' }))
  const wanted = call.query.filter(() => random.chance(0.3))
  const query = wanted.map(({ name, schema }) => `${name}=${encoded(word(name, schema))}`).join('&')
  const body = call.body && JSON.stringify(valueFor(call.body, '', pools, source.schemas, random))
  return {
    number,
    operationId: call.operationId,
    method: call.method,
    path: `${path}${query === '' ? '' : `?${query}`}`,
    headers: body === undefined ? {} : { 'content-type': 'application/json' },
    body: body === undefined ? undefined : Buffer.from(body),
  }
}

/** What stands for something else stays as it is. */
const encoded = (word: string): string => (/^\{\w+\}$/.test(word) ? word : encodeURIComponent(word))

const METHODS = ['GET', 'HEAD', 'PUT', 'POST', 'DELETE', 'PATCH', 'OPTIONS', 'PROPFIND'] as const

/** One to three things about it made odd. */
function madeOdd(request: FuzzRequest, random: Random): FuzzRequest {
  const times = random.pick([1, 1, 1, 2, 3])
  let odd = request
  for (let time = 0; time < times; time++) odd = withOneThingOdd(odd, random)
  return odd
}

function withOneThingOdd(request: FuzzRequest, random: Random): FuzzRequest {
  const [path = '', query] = request.path.split('?')
  const behind = query === undefined ? '' : `?${query}`
  const json = request.body?.toString()
  if (json !== undefined && random.chance(0.6)) return { ...request, body: oddBody(json, random) }
  return random.pick<() => FuzzRequest>([
    () => ({ ...request, path: `${oddPath(path, random)}${behind}` }),
    () => ({ ...request, path: `${path}${oddQuery(behind, random)}` }),
    () => ({ ...request, headers: { ...request.headers, ...oddHeaders(random) } }),
    () => ({ ...request, method: random.pick(METHODS) }),
    () => ({ ...request, body: Buffer.from(random.pick(['{}', '{"colour":1}', 'x'])) }),
  ])()
}

function oddBody(json: string, random: Random): Buffer {
  if (random.chance(0.25)) return spoilt(json, random)
  try {
    return Buffer.from(JSON.stringify(mutated(JSON.parse(json), random)))
  } catch {
    return spoilt(json, random)
  }
}
