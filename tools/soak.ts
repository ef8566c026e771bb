import { randomInt } from 'node:crypto'
import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { readCommandLine } from './command-line.ts'
import { readOptions, type SoakOptions, USAGE } from './soak/options.ts'
import { findingsOf, summaryOf, tableOf } from './soak/report.ts'
import { soak } from './soak/soak.ts'

/** Everything goes wrong, over and over, and nothing may be lost or done twice: `npm run soak`. */
async function run(options: SoakOptions): Promise<void> {
  const directory = await mkdtemp(join(tmpdir(), 'groundwork-soak-'))
  try {
    console.log(`seed ${options.seed}`)
    const outcome = await soak(options, directory, (what) => console.log(what))
    for (const finding of findingsOf(outcome)) console.error(finding)
    console.log(tableOf(outcome))
    const summary = summaryOf(outcome)
    console.log(JSON.stringify(summary))
    console.log(`lost ${summary.lost}, doubled ${summary.doubled}, left ${summary.left}`)
    if (summary.lost + summary.doubled + summary.left > 0) process.exitCode = 1
  } finally {
    await rm(directory, { recursive: true, force: true })
  }
}

const given = readCommandLine((args) => readOptions(args, () => randomInt(2 ** 31)), USAGE)
if (given.help) console.log(USAGE)
else await run(given)
