import { type Random, seededRandom } from '../../local/seeded-random.ts'
import type { Ledger, Told } from './ledger.ts'
import { type Call, nextCall } from './next-call.ts'

/** A running system: where its API answers, and what opens it. */
export interface Api {
  readonly api: string
  readonly token: string
}

export interface Load {
  readonly clients: number
  readonly seed: number
  /** Whether a client that has made so many calls makes another. */
  readonly goesOn: (calls: number) => boolean
}

/** Lets clients work at the same time, each without a rest, and notes what they are told. */
export async function runClients(api: Api, { clients, seed, goesOn }: Load, ledger: Ledger): Promise<void> {
  const client = async (random: Random): Promise<void> => {
    const known = new Map<string, string>()
    for (let calls = 0; goesOn(calls); calls++) ledger.note(await send(api, nextCall(random, ledger.made), known))
  }
  await Promise.all(Array.from({ length: clients }, (_, number) => client(seededRandom(seed * 1000 + number))))
}

/** @param known ETags by path: what is asked for again is asked for with the one that it had */
export async function send({ api, token }: Api, call: Call, known = new Map<string, string>()): Promise<Told> {
  const { method, path, body } = call
  const tag = method === 'GET' ? known.get(path) : undefined
  const started = performance.now()
  const response = await fetch(api + path, {
    method,
    headers: {
      authorization: `Bearer ${token}`,
      ...(body && { 'content-type': 'application/json' }),
      ...(tag !== undefined && { 'if-none-match': tag }),
    },
    ...(body && { body: JSON.stringify(body) }),
  })
  const text = await response.text()
  const milliseconds = performance.now() - started
  const etag = response.headers.get('etag')
  if (method === 'GET' && etag !== null) known.set(path, etag)
  const isJson = /json$/.test(response.headers.get('content-type') ?? '') && !text.startsWith('{"source-ref"')
  return { call, status: response.status, milliseconds, body: isJson ? JSON.parse(text) : text }
}
