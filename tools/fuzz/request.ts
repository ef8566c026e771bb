import { type Random, randomFrom } from '../../local/seeded-random.ts'
import { expandPath } from '../../shared/platform/http/path.ts'
import type { Call, Schema } from './contract.ts'
import { corruptBody, mutateBody, mutatePath, mutateQuery, pickOddHeaders } from './mutate.ts'
import { makeValue, type Pools } from './values.ts'

/** A generated request. Placeholders such as `{cursor}` are replaced with values from earlier responses. */
export interface FuzzRequest {
  /** Counts from 1. With the seed it reproduces the request. */
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

const VALID_SHARE = 0.55

/** Generates the request with this number. Each round of requests contains every call once, in random order. */
export function makeRequest(number: number, seed: number, source: Source): FuzzRequest {
  const { calls } = source
  const round = Math.floor((number - 1) / calls.length)
  const call = shuffle(calls, randomFrom(seed, `round ${round}`))[(number - 1) % calls.length]
  if (!call) throw new Error('The contract has no operations')
  const random = randomFrom(seed, `request ${number}`)
  const request = makeValidRequest(number, call, source, random)
  return random.chance(VALID_SHARE) ? request : mutateRequest(request, random)
}

function shuffle<Item>(items: readonly Item[], random: Random): Item[] {
  return items
    .map((item) => ({ item, order: random.next() }))
    .toSorted((a, b) => a.order - b.order)
    .map(({ item }) => item)
}

function makeValidRequest(number: number, call: Call, source: Source, random: Random): FuzzRequest {
  const pools = source.poolsFor(call.operationId)
  const word = (name: string, schema: Schema): string =>
    String(makeValue({ anyOf: [schema] }, name, pools, source.schemas, random, 1))
  const path = expandPath(call.path, (name) => {
    const schema = call.segments.find((parameter) => parameter.name === name)?.schema
    return encodeUnlessPlaceholder(word(name, schema ?? { type: 'string' }))
  })
  const parameters = call.query.filter(() => random.chance(0.3))
  const query = parameters.map(({ name, schema }) => `${name}=${encodeUnlessPlaceholder(word(name, schema))}`).join('&')
  const body = call.body && JSON.stringify(makeValue(call.body, '', pools, source.schemas, random))
  return {
    number,
    operationId: call.operationId,
    method: call.method,
    path: `${path}${query === '' ? '' : `?${query}`}`,
    headers: {
      ...(body !== undefined && { 'content-type': 'application/json' }),
      ...(call.isForWorkers && { authorization: 'Bearer {session}' }),
    },
    body: body === undefined ? undefined : Buffer.from(body),
  }
}

/** Encodes a value for a path or a query, except placeholders. */
const encodeUnlessPlaceholder = (word: string): string => (/^\{\w+\}$/.test(word) ? word : encodeURIComponent(word))

const METHODS = ['GET', 'HEAD', 'PUT', 'POST', 'DELETE', 'PATCH', 'OPTIONS', 'PROPFIND'] as const

/** Applies one to three mutations. */
function mutateRequest(request: FuzzRequest, random: Random): FuzzRequest {
  const times = random.pick([1, 1, 1, 2, 3])
  let mutated = request
  for (let time = 0; time < times; time++) mutated = mutateOnce(mutated, random)
  return mutated
}

function mutateOnce(request: FuzzRequest, random: Random): FuzzRequest {
  const [path = '', query] = request.path.split('?')
  const suffix = query === undefined ? '' : `?${query}`
  const json = request.body?.toString()
  if (json !== undefined && random.chance(0.6)) return { ...request, body: mutateJson(json, random) }
  return random.pick<() => FuzzRequest>([
    () => ({ ...request, path: `${mutatePath(path, random)}${suffix}` }),
    () => ({ ...request, path: `${path}${mutateQuery(suffix, random)}` }),
    () => ({ ...request, headers: { ...request.headers, ...pickOddHeaders(random) } }),
    () => ({ ...request, method: random.pick(METHODS) }),
    () => ({ ...request, body: Buffer.from(random.pick(['{}', '{"colour":1}', 'x'])) }),
  ])()
}

function mutateJson(json: string, random: Random): Buffer {
  if (random.chance(0.25)) return corruptBody(json, random)
  try {
    return Buffer.from(JSON.stringify(mutateBody(JSON.parse(json), random)))
  } catch {
    return corruptBody(json, random)
  }
}
