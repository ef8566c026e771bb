import { readFileSync } from 'node:fs'
import { createRequire } from 'node:module'
import { pathToFileURL } from 'node:url'
import { peakMegabytes } from '../peak-memory.ts'

const require = createRequire(import.meta.url)
// One cold start: this process has loaded nothing yet, imports one bundle, and calls its handler once.
const [, , bundle = '', eventFile = ''] = process.argv
const { event, context } = JSON.parse(readFileSync(eventFile, 'utf8'))
context.getRemainingTimeInMillis = () => 29_000
const cpu = process.cpuUsage()
const started = performance.now()
// As Lambda's runtime loads them: what is named .mjs is imported, anything else is required.
const { handler } = bundle.endsWith('.mjs') ? await import(pathToFileURL(bundle).href) : require(bundle)
const imported = performance.now()
const answer = await handler(event, context)
const called = performance.now()
const { user, system } = process.cpuUsage(cpu)
const took = {
  import: imported - started,
  call: called - imported,
  cpu: (user + system) / 1000,
  peakMegabytes: peakMegabytes(),
  answer,
}
// The client keeps its connections open: nobody waits for them to close.
process.stdout.write(`\n${JSON.stringify(took)}\n`, () => process.exit())
