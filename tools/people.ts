import { readCommandLine } from './command-line.ts'
import { readBatchTruth } from './people/batch-truth.ts'
import { realClock } from './people/clock.ts'
import { fileLedger, type Ledger } from './people/ledger.ts'
import { type PeopleOptions, readOptions, USAGE } from './people/options.ts'
import { type JobReport, type PersonWithAccess, runPeople } from './people/run-people.ts'
import { httpSend } from './people/send.ts'
import type { Access } from './people/worker-client.ts'

const NO_LEDGER: Ledger = { record: () => {} }

/** Lets simulated people label images over HTTP (`npm run people`). The report goes to stdout, messages go to stderr. */
async function main(options: PeopleOptions): Promise<void> {
  const { api, batch, job, seed, speed, ledger, json } = options
  const abort = new AbortController()
  for (const signal of ['SIGINT', 'SIGTERM'] as const) process.once(signal, () => abort.abort())
  const send = httpSend(api, abort.signal)
  const truth = batch === undefined ? undefined : await readBatchTruth(batch, process.env.GROUNDWORK_TOKEN, send)
  const reports = await runPeople(toPeople(options), {
    send,
    clock: realClock(speed, abort.signal),
    ledger: ledger === undefined ? NO_LEDGER : fileLedger(ledger),
    job,
    ...(truth && { truth: () => truth }),
    seed,
  })
  console.log(json ? JSON.stringify(reports) : reports.map(toLine).join('\n'))
  // Somebody who calls earlier than told is a mistake of this program; somebody who is refused may be one of the API.
  if (reports.some(({ early, ended }) => early > 0 || !['done', 'left'].includes(ended))) process.exitCode = 1
}

function toPeople({ kinds, people, secrets, seed }: PeopleOptions): PersonWithAccess[] {
  const isShared = people > secrets.length
  return Array.from({ length: people }, (_, index) => {
    const kind = kinds[index % kinds.length] ?? 'good'
    const secret = secrets[index % secrets.length] ?? ''
    const access: Access = isShared ? { secret, seat: `simulated-person-${seed}-${index}` } : { secret }
    return { name: `${kind}-${index + 1}`, kind, seed: seed + index, access }
  })
}

const toLine = ({ name, job, ended, blocks, acknowledged, counted, refused, waits, retries }: JobReport): string => {
  const refusals = Object.entries(refused).map(([code, count]) => `${count} ${code}`)
  const rest = [`${waits} waits`, `${retries} retries`, ...refusals]
  return `${name}\t${job}\t${ended}\t${blocks} blocks\t${acknowledged} answers, ${counted} counted\t${rest.join(', ')}`
}

const options = readCommandLine(readOptions, USAGE)
if (options.help) console.log(USAGE)
else
  await main(options).catch((error: unknown) => {
    console.error(error instanceof Error ? error.message : error)
    process.exitCode = 1
  })
