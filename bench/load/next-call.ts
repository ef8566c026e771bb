import type { Random } from '../../local/seeded-random.ts'

/** What clients do: mostly look, and now and then make or change something that others make or change as well. */
const WEIGHTS = {
  'look at a batch': 35,
  'look at a copy': 22,
  'list batches': 8,
  'make a batch': 20,
  'start a copy': 8,
  'write a manifest': 7,
} as const
export type CallKind = keyof typeof WEIGHTS

/** One request, and what may come of it. */
export interface Call {
  readonly kind: CallKind
  readonly method: 'GET' | 'PUT' | 'POST'
  readonly path: string
  readonly body?: object
  readonly expected: readonly number[]
  /** Error codes that are no fault: others were first, or it is too early. */
  readonly refusals: readonly string[]
  /** The batch that it is about. */
  readonly batch?: string
}

/** What several clients ask for under one name, so that all but one of them are refused. */
const WANTED = [
  { classNames: ['Person'], examplesPerClass: 4 },
  { classNames: ['Person', 'Car'], examplesPerClass: 2, batchOffset: 1 },
  { classNames: ['Tree'], examplesPerClass: 3, allocation: 'window' },
]
const DATASET = 'sample-train'

/** Its images are still being chosen, or nobody has had it copied. */
const NOT_YET = ['wrong-state', 'not-found']

/** So many names that nobody has yet are asked for at a time: clients meet at these. */
const NEW_NAMES = 3

/**
 * What a client does next. Pure, but for the draws.
 * @param made batches that are known to be there, in any order
 */
export function nextCall(random: Random, made: readonly string[]): Call {
  const kind = made.length === 0 ? 'make a batch' : drawn(random)
  const batch = made[Math.floor(random() * made.length)] ?? ''
  const path = `/v1/batches/${batch}`
  switch (kind) {
    case 'look at a batch':
      return { kind, method: 'GET', path, batch, expected: [200, 304], refusals: [] }
    case 'look at a copy':
      return { kind, method: 'GET', path: `${path}/copy`, batch, expected: [200, 304], refusals: NOT_YET }
    case 'list batches':
      return { kind, method: 'GET', path: '/v1/batches?limit=20', expected: [200, 304], refusals: [] }
    case 'start a copy':
      return { kind, method: 'POST', path: `${path}/copy`, batch, expected: [200, 202], refusals: ['wrong-state'] }
    case 'write a manifest':
      return { kind, method: 'PUT', path: `${path}/manifest`, batch, body: {}, expected: [201], refusals: NOT_YET }
    case 'make a batch':
      return makeBatch(random, made)
  }
}

/** Half of them under a new name, half under one that is taken. */
function makeBatch(random: Random, made: readonly string[]): Call {
  const first = random() < 0.5 ? made.length : 0
  const choices = first === 0 && made.length > 0 ? made.length : NEW_NAMES
  const batch = `load-${String(first + Math.floor(random() * choices)).padStart(5, '0')}`
  const wanted = WANTED[Math.floor(random() * WANTED.length)]
  const body = { dataset: DATASET, ...wanted }
  const path = `/v1/batches/${batch}`
  return { kind: 'make a batch', method: 'PUT', path, batch, body, expected: [200, 201, 202], refusals: ['conflict'] }
}

function drawn(random: Random): CallKind {
  let left = random() * 100
  for (const [kind, weight] of Object.entries(WEIGHTS)) {
    left -= weight
    if (left < 0 && isKind(kind)) return kind
  }
  return 'look at a batch'
}

const isKind = (text: string): text is CallKind => text in WEIGHTS
