import { readFileSync } from 'node:fs'
import { createRequire } from 'node:module'
import { pathToFileURL } from 'node:url'
import { peakMegabytes } from '../peak-memory.ts'

const require = createRequire(import.meta.url)
// Measures one cold start: a fresh process imports a bundle and calls its handler once.
const [, , bundle = '', eventFile = ''] = process.argv
const { event, context } = JSON.parse(readFileSync(eventFile, 'utf8'))
context.getRemainingTimeInMillis = () => 29_000
const cpu = process.cpuUsage()
const started = performance.now()
// Like the runtime of Lambda: import .mjs files, require all others.
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
// Exits explicitly, because clients keep their connections open.
process.stdout.write(`\n${JSON.stringify(took)}\n`, () => process.exit())
