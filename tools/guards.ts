import { execFile } from 'node:child_process'
import { randomInt } from 'node:crypto'
import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { promisify } from 'node:util'
import { readCommandLine } from './command-line.ts'
import { listStale } from './guards/guard.ts'
import { GUARDS } from './guards/list.ts'
import { chooseGuards, type GuardsOptions, readOptions, USAGE } from './guards/options.ts'
import { describe, isKilled, renderTable } from './guards/report.ts'
import { takeOutEach } from './guards/take-out-each.ts'

/*
 * Shows that a test fails for each guard of the kit (`npm run guards`): takes out one after another, in a copy of the
 * project, and runs the tests that must notice. The guards are in tools/guards/list/.
 */

const ROOT = new URL('..', import.meta.url).pathname

async function run(options: GuardsOptions, signal: AbortSignal): Promise<void> {
  const stale = listStale(GUARDS, ROOT)
  for (const problem of stale) console.error(`stale list: ${problem}`)
  if (stale.length > 0) {
    process.exitCode = 1
    return
  }
  const guards = chooseGuards(GUARDS, options)
  if (guards.length < GUARDS.length) console.log(`${guards.length} of ${GUARDS.length} guards, seed ${options.seed}`)
  // The tests look at the built pages. `npm run dev` may have built them last, with a script that reloads them.
  await promisify(execFile)(process.execPath, [join(ROOT, 'web/build.ts')], { signal })
  const directory = await mkdtemp(join(tmpdir(), 'groundwork-guards-'))
  const since = performance.now()
  try {
    const verdicts = await takeOutEach(guards, {
      ...{ root: ROOT, directory, jobs: options.jobs, signal },
      onVerdict: (verdict) => console.log(`${verdict.guard.prevents} ${describe(verdict)}`),
    })
    const killed = verdicts.filter(isKilled).length
    const seconds = Math.round((performance.now() - since) / 1000)
    console.log(renderTable(verdicts))
    console.log(`guards ${guards.length}, killed ${killed}, survived ${guards.length - killed}, ${seconds} seconds`)
    if (killed < guards.length) process.exitCode = 1
  } finally {
    await rm(directory, { recursive: true, force: true })
  }
}

/** A signal that is aborted when the user or the system ends the program. */
function abortOnSignal(): AbortSignal {
  const stop = new AbortController()
  for (const name of ['SIGINT', 'SIGTERM'] as const) process.on(name, () => stop.abort(name))
  return stop.signal
}

const options = readCommandLine((args) => readOptions(args, () => randomInt(2 ** 31)), USAGE)
if (options.help) console.log(USAGE)
else {
  const signal = abortOnSignal()
  await run(options, signal).catch((error: unknown) => {
    if (!signal.aborted) throw error
    process.exitCode = 130
  })
}
