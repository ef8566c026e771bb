import * as z from 'zod'
import type { Call, CallKind } from './next-call.ts'

const Manifest = z.object({ lines: z.int() })

/** An answer of the API, and how long it took. */
export interface Told {
  readonly call: Call
  readonly status: number
  readonly milliseconds: number
  /** The body, where it is JSON. */
  readonly body: unknown
}

/** What clients were told, all together. */
export interface Ledger {
  /** Batches that somebody was told are there. */
  readonly made: readonly string[]
  /** Every batch, and what was asked for by the call that was told to have made it. */
  readonly asked: ReadonlyMap<string, object>
  /** Batches of which somebody was told that they are being copied. */
  readonly copied: ReadonlySet<string>
  /** Batches with a manifest, and how many lines those had that were written: which came last, nobody knows. */
  readonly written: ReadonlyMap<string, ReadonlySet<number>>
  /** Durations in milliseconds, and how often each status came, by kind of call. */
  readonly milliseconds: ReadonlyMap<CallKind, readonly number[]>
  readonly statuses: ReadonlyMap<CallKind, ReadonlyMap<number, number>>
  /** What should not have been told. */
  readonly wrong: readonly string[]
  note(told: Told): void
}

export function emptyLedger(): Ledger {
  const made: string[] = []
  const asked = new Map<string, object>()
  const copied = new Set<string>()
  const written = new Map<string, Set<number>>()
  const milliseconds = new Map<CallKind, number[]>()
  const statuses = new Map<CallKind, Map<number, number>>()
  const wrong: string[] = []

  const noteBatch = ({ call: { kind, batch = '', body = {} }, status, body: told }: Told): void => {
    if (kind === 'make a batch') {
      if (status === 201 && asked.has(batch)) wrong.push(`${batch} was made twice`)
      if (status === 201) asked.set(batch, body)
      if (!made.includes(batch)) made.push(batch)
    }
    if (kind === 'start a copy') copied.add(batch)
    if (kind === 'write a manifest')
      written.set(batch, (written.get(batch) ?? new Set()).add(Manifest.parse(told).lines))
  }

  return {
    made,
    asked,
    copied,
    written,
    milliseconds,
    statuses,
    wrong,
    note: (told) => {
      const { call, status } = told
      const taken = milliseconds.get(call.kind) ?? []
      taken.push(told.milliseconds)
      milliseconds.set(call.kind, taken)
      const counts = statuses.get(call.kind) ?? new Map<number, number>()
      statuses.set(call.kind, counts.set(status, (counts.get(status) ?? 0) + 1))
      if (call.expected.includes(status)) noteBatch(told)
      else if (!call.refusals.includes(codeOf(told)))
        wrong.push(`${call.method} ${call.path} was answered ${status}: ${JSON.stringify(told.body)?.slice(0, 200)}`)
    },
  }
}

const codeOf = ({ body }: Told): string =>
  typeof body === 'object' && body !== null && 'code' in body ? String(body.code) : ''
