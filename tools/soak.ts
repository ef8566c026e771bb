import { randomInt } from 'node:crypto'
import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { readCommandLine } from './command-line.ts'
import { readOptions, type SoakOptions, USAGE } from './soak/options.ts'
import { listFindings, renderTable, toSummary } from './soak/report.ts'
import { soak } from './soak/soak.ts'

/** Injects faults at random and verifies that nothing is lost or duplicated (`npm run soak`). */
async function run(options: SoakOptions): Promise<void> {
  const directory = await mkdtemp(join(tmpdir(), 'groundwork-soak-'))
  try {
    console.log(`seed ${options.seed}`)
    const outcome = await soak(options, directory, (what) => console.log(what))
    for (const finding of listFindings(outcome)) console.error(finding)
    console.log(renderTable(outcome))
    const summary = toSummary(outcome)
    console.log(JSON.stringify(summary))
    console.log(`lost ${summary.lost}, doubled ${summary.doubled}, left ${summary.left}`)
    if (summary.lost + summary.doubled + summary.left > 0) process.exitCode = 1
  } finally {
    await rm(directory, { recursive: true, force: true })
  }
}

const options = readCommandLine((args) => readOptions(args, () => randomInt(2 ** 31)), USAGE)
if (options.help) console.log(USAGE)
else await run(options)
