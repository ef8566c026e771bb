import type { DrawNumber } from '../../local/seeded-random.ts'

/** Relative frequency of the calls: mostly reads, and some writes that conflict with those of other clients. */
const WEIGHTS = {
  'look at a batch': 35,
  'look at a copy': 22,
  'list batches': 8,
  'make a batch': 20,
  'start a copy': 8,
  'write a manifest': 7,
} as const
export type CallKind = keyof typeof WEIGHTS

/** A request and its acceptable results. */
export interface Call {
  readonly kind: CallKind
  readonly method: 'GET' | 'PUT' | 'POST'
  readonly path: string
  readonly body?: object
  readonly expected: readonly number[]
  /** Acceptable error codes, such as conflicts with other clients. */
  readonly refusals: readonly string[]
  /** Name of the batch. */
  readonly batch?: string
}

/** Different requests for the same name, so that only one of them succeeds. */
const BATCH_REQUESTS = [
  { classNames: ['Person'], examplesPerClass: 4 },
  { classNames: ['Person', 'Car'], examplesPerClass: 2, batchOffset: 1 },
  { classNames: ['Tree'], examplesPerClass: 3, allocation: 'window' },
]
const DATASET = 'sample-train'

/** Codes for a batch that is still being selected, or was not copied yet. */
const TOO_EARLY_CODES = ['wrong-state', 'not-found']

/** Number of new names that clients compete for at a time. */
const NEW_NAMES = 3

/**
 * Draws the next call of a client.
 * @param existing names of existing batches, in any order
 */
export function nextCall(random: DrawNumber, existing: readonly string[]): Call {
  const kind = existing.length === 0 ? 'make a batch' : drawKind(random)
  const batch = existing[Math.floor(random() * existing.length)] ?? ''
  const path = `/v1/batches/${batch}`
  switch (kind) {
    case 'look at a batch':
      return { kind, method: 'GET', path, batch, expected: [200, 304], refusals: [] }
    case 'look at a copy':
      return { kind, method: 'GET', path: `${path}/copy`, batch, expected: [200, 304], refusals: TOO_EARLY_CODES }
    case 'list batches':
      return { kind, method: 'GET', path: '/v1/batches?limit=20', expected: [200, 304], refusals: [] }
    case 'start a copy':
      return { kind, method: 'POST', path: `${path}/copy`, batch, expected: [200, 202], refusals: ['wrong-state'] }
    case 'write a manifest':
      return {
        kind,
        method: 'PUT',
        path: `${path}/manifest`,
        batch,
        body: {},
        expected: [201],
        refusals: TOO_EARLY_CODES,
      }
    case 'make a batch':
      return makeBatch(random, existing)
  }
}

/** Creates a batch, half of the time under an existing name. */
function makeBatch(random: DrawNumber, existing: readonly string[]): Call {
  const first = random() < 0.5 ? existing.length : 0
  const choices = first === 0 && existing.length > 0 ? existing.length : NEW_NAMES
  const batch = `load-${String(first + Math.floor(random() * choices)).padStart(5, '0')}`
  const wanted = BATCH_REQUESTS[Math.floor(random() * BATCH_REQUESTS.length)]
  const body = { dataset: DATASET, ...wanted }
  const path = `/v1/batches/${batch}`
  return { kind: 'make a batch', method: 'PUT', path, batch, body, expected: [200, 201, 202], refusals: ['conflict'] }
}

function drawKind(random: DrawNumber): CallKind {
  let left = random() * 100
  for (const [kind, weight] of Object.entries(WEIGHTS)) {
    left -= weight
    if (left < 0 && isKind(kind)) return kind
  }
  return 'look at a batch'
}

const isKind = (text: string): text is CallKind => text in WEIGHTS
