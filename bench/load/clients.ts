import { type DrawNumber, seededRandom } from '../../local/seeded-random.ts'
import type { CallResult, LoadLedger } from './ledger.ts'
import { type Call, nextCall } from './next-call.ts'

/** A running stack: URL and token of its API. */
export interface Api {
  readonly api: string
  readonly token: string
}

export interface Load {
  readonly clients: number
  readonly seed: number
  /** Returns whether a client that has made this many calls makes another. */
  readonly shouldContinue: (calls: number) => boolean
}

/** Runs concurrent clients without pauses, and records their results. */
export async function runClients(
  api: Api,
  { clients, seed, shouldContinue: goesOn }: Load,
  ledger: LoadLedger,
): Promise<void> {
  const client = async (random: DrawNumber): Promise<void> => {
    const known = new Map<string, string>()
    for (let calls = 0; goesOn(calls); calls++) ledger.record(await send(api, nextCall(random, ledger.created), known))
  }
  await Promise.all(Array.from({ length: clients }, (_, number) => client(seededRandom(seed * 1000 + number))))
}

/** Sends a request. @param known ETags by path, for conditional GET requests */
export async function send({ api, token }: Api, call: Call, known = new Map<string, string>()): Promise<CallResult> {
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
