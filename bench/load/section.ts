import * as z from 'zod'
import { type Child, startNode } from '../child.ts'
import type { Options } from '../options.ts'
import type { Row, Section } from '../report.ts'
import { quantile, rounded } from '../statistics.ts'
import { audit } from './audit.ts'
import { runClients } from './clients.ts'
import { emptyLedger, type Ledger } from './ledger.ts'

const CLIENTS = 50
const SECONDS = 30
const QUICK_SECONDS = 5
const SEED = 1
const MOST_SHOWN = 10

/** Where the system is, and for how long its threads were busy so far. */
const Told = z.object({ api: z.string(), token: z.string(), busyMilliseconds: z.number() })

/** Clients that poll and create at the same time, over HTTP, against the whole system in a process of its own. */
export async function loadSection({ quick }: Options): Promise<Section> {
  const child = startNode(['bench/load/stack.ts'])
  try {
    return await underLoad(child, quick ? QUICK_SECONDS : SECONDS)
  } finally {
    await child.stop()
  }
}

async function underLoad(child: Child, seconds: number): Promise<Section> {
  const api = Told.parse((await child.run({})).result)
  const ledger = emptyLedger()
  const started = performance.now()
  const endsAt = started + seconds * 1000
  await runClients(api, { clients: CLIENTS, seed: SEED, goesOn: () => performance.now() < endsAt }, ledger)
  const taken = (performance.now() - started) / 1000
  const after = await child.run({})
  const busy = Told.parse(after.result).busyMilliseconds - api.busyMilliseconds
  const calls = [...ledger.milliseconds.values()].flat().length
  const wrong = [...ledger.wrong, ...(await audit(api, ledger))]
  return {
    section: 'load',
    title: `${CLIENTS} clients without a rest for ${seconds} s, over HTTP, batches of a few images`,
    rows: rowsOf(ledger, taken),
    notes: [
      `${ledger.asked.size} batches were made, ${ledger.copied.size} of them copied; ${ledger.written.size} have a manifest`,
      `functions, S3, queues and gateway are one process, which came to ${rounded(after.peakMegabytes)} MB; the clients are another`,
      `its threads were busy for ${rounded(busy / calls)} ms a call, with all that followed of it`,
    ],
    failures: [
      ...wrong.slice(0, MOST_SHOWN),
      ...(wrong.length > MOST_SHOWN ? [`and ${wrong.length - MOST_SHOWN} more`] : []),
    ],
  }
}

function rowsOf({ milliseconds, statuses }: Ledger, seconds: number): Row[] {
  const row = (call: string, taken: readonly number[], answers: string): Row => ({
    call,
    calls: taken.length,
    'calls/s': rounded(taken.length / seconds),
    'p50 ms': rounded(quantile(taken, 0.5)),
    'p95 ms': rounded(quantile(taken, 0.95)),
    'p99 ms': rounded(quantile(taken, 0.99)),
    answers,
  })
  const answersOf = (counts: ReadonlyMap<number, number> = new Map()): string =>
    [...counts]
      .toSorted(([one], [other]) => one - other)
      .map(([status, count]) => `${status}: ${count}`)
      .join(', ')
  const kinds = [...milliseconds].map(([kind, taken]) => row(kind, taken, answersOf(statuses.get(kind))))
  return [...kinds, row('all', [...milliseconds.values()].flat(), '')]
}
