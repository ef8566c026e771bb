import * as z from 'zod'
import { type Child, startNode } from '../child.ts'
import type { Options } from '../options.ts'
import type { Row, Section } from '../report.ts'
import { quantile, roundTo } from '../statistics.ts'
import { audit } from './audit.ts'
import { runClients } from './clients.ts'
import { createLedger, type LoadLedger } from './ledger.ts'

const CLIENTS = 50
const SECONDS = 30
const QUICK_SECONDS = 5
const SEED = 1
const MAX_FAILURES_SHOWN = 10

/** URL and token of the API, and the CPU time of the process so far. */
const StackReport = z.object({ api: z.string(), token: z.string(), busyMilliseconds: z.number() })

/** Measures concurrent clients over HTTP against the whole stack in one process. */
export async function loadSection({ quick }: Options): Promise<Section> {
  const child = startNode(['bench/load/stack.ts'])
  try {
    return await measureLoad(child, quick ? QUICK_SECONDS : SECONDS)
  } finally {
    await child.stop()
  }
}

async function measureLoad(child: Child, seconds: number): Promise<Section> {
  const api = StackReport.parse((await child.run({})).result)
  const ledger = createLedger()
  const started = performance.now()
  const endsAt = started + seconds * 1000
  await runClients(api, { clients: CLIENTS, seed: SEED, shouldContinue: () => performance.now() < endsAt }, ledger)
  const taken = (performance.now() - started) / 1000
  const after = await child.run({})
  const busy = StackReport.parse(after.result).busyMilliseconds - api.busyMilliseconds
  const calls = [...ledger.milliseconds.values()].flat().length
  const violations = [...ledger.violations, ...(await audit(api, ledger))]
  return {
    section: 'load',
    title: `${CLIENTS} concurrent clients for ${seconds} s over HTTP, with small batches`,
    rows: toRows(ledger, taken),
    notes: [
      `${ledger.requests.size} batches created, ${ledger.copied.size} copied, ${ledger.written.size} with a manifest`,
      `functions, S3, queues and gateway run in one process with a peak of ${roundTo(after.peakMegabytes)} MB; the clients run in another`,
      `${roundTo(busy / calls)} ms of CPU time per call, including background work`,
    ],
    failures: [
      ...violations.slice(0, MAX_FAILURES_SHOWN),
      ...(violations.length > MAX_FAILURES_SHOWN ? [`and ${violations.length - MAX_FAILURES_SHOWN} more`] : []),
    ],
  }
}

function toRows({ milliseconds, statuses }: LoadLedger, seconds: number): Row[] {
  const row = (call: string, taken: readonly number[], answers: string): Row => ({
    call,
    calls: taken.length,
    'calls/s': roundTo(taken.length / seconds),
    'p50 ms': roundTo(quantile(taken, 0.5)),
    'p95 ms': roundTo(quantile(taken, 0.95)),
    'p99 ms': roundTo(quantile(taken, 0.99)),
    answers,
  })
  const formatStatuses = (counts: ReadonlyMap<number, number> = new Map()): string =>
    [...counts]
      .toSorted(([one], [other]) => one - other)
      .map(([status, count]) => `${status}: ${count}`)
      .join(', ')
  const kinds = [...milliseconds].map(([kind, taken]) => row(kind, taken, formatStatuses(statuses.get(kind))))
  return [...kinds, row('all', [...milliseconds.values()].flat(), '')]
}
