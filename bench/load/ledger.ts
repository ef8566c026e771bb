import * as z from 'zod'
import type { Call, CallKind } from './next-call.ts'

const Manifest = z.object({ lines: z.int() })

/** A response of the API and its duration. */
export interface CallResult {
  readonly call: Call
  readonly status: number
  readonly milliseconds: number
  /** The parsed body if it is JSON, else the text. */
  readonly body: unknown
}

/** The results of all clients. */
export interface LoadLedger {
  /** Batches that exist according to a response. */
  readonly created: readonly string[]
  /** The request of the call that created each batch. */
  readonly requests: ReadonlyMap<string, object>
  /** Batches whose copy was started. */
  readonly copied: ReadonlySet<string>
  /** Line counts of the manifests that were written per batch. Which one was last is unknown. */
  readonly written: ReadonlyMap<string, ReadonlySet<number>>
  /** Durations and number of responses per status, by kind of call. */
  readonly milliseconds: ReadonlyMap<CallKind, readonly number[]>
  readonly statuses: ReadonlyMap<CallKind, ReadonlyMap<number, number>>
  /** Unexpected results, in words. */
  readonly violations: readonly string[]
  record(result: CallResult): void
}

export function createLedger(): LoadLedger {
  const created: string[] = []
  const requests = new Map<string, object>()
  const copied = new Set<string>()
  const written = new Map<string, Set<number>>()
  const milliseconds = new Map<CallKind, number[]>()
  const statuses = new Map<CallKind, Map<number, number>>()
  const violations: string[] = []

  const recordBatch = ({ call: { kind, batch = '', body = {} }, status, body: answer }: CallResult): void => {
    if (kind === 'make a batch') {
      if (status === 201 && requests.has(batch)) violations.push(`${batch} was created twice`)
      if (status === 201) requests.set(batch, body)
      if (!created.includes(batch)) created.push(batch)
    }
    if (kind === 'start a copy') copied.add(batch)
    if (kind === 'write a manifest')
      written.set(batch, (written.get(batch) ?? new Set()).add(Manifest.parse(answer).lines))
  }

  return {
    created,
    requests,
    copied,
    written,
    milliseconds,
    statuses,
    violations,
    record: (result) => {
      const { call, status } = result
      const durations = milliseconds.get(call.kind) ?? []
      durations.push(result.milliseconds)
      milliseconds.set(call.kind, durations)
      const counts = statuses.get(call.kind) ?? new Map<number, number>()
      statuses.set(call.kind, counts.set(status, (counts.get(status) ?? 0) + 1))
      if (call.expected.includes(status)) recordBatch(result)
      else if (!call.refusals.includes(readCode(result)))
        violations.push(`${call.method} ${call.path} returned ${status}: ${JSON.stringify(result.body)?.slice(0, 200)}`)
    },
  }
}

const readCode = ({ body }: CallResult): string =>
  typeof body === 'object' && body !== null && 'code' in body ? String(body.code) : ''
