import { readFile } from 'node:fs/promises'
import { Session } from 'node:inspector/promises'
import { BatchRequest } from '../shared/contracts/batch.ts'
import { ChunkMessage, StartRoundMessage } from '../shared/platform/fan-out/messages.ts'

/*
 * Lists the modules of shared/ that one call of each main flow executes, measured by V8's precise coverage over ports in
 * memory: `npm run flows`, or `-- --json` for programs. The fewer there are, the less has to be read to follow a flow.
 */

const ROOT = new URL('../', import.meta.url)

/** A flow, with the modules in which at least one function ran. */
interface Flow {
  readonly flow: string
  readonly modules: readonly { readonly file: string; readonly lines: number }[]
}

const session = new Session()
session.connect()

/** Runs one call. @returns the modules of shared/ that it executed, but the AWS adapters that only the fakes borrow from */
async function measure(flow: string, call: () => Promise<unknown>): Promise<Flow> {
  await session.post('Profiler.enable')
  await session.post('Profiler.startPreciseCoverage', { callCount: true, detailed: true })
  await session.post('Profiler.takePreciseCoverage')
  await call()
  const { result } = await session.post('Profiler.takePreciseCoverage')
  await session.post('Profiler.stopPreciseCoverage')
  const shared = new URL('shared/', ROOT).href
  const files = result
    .filter(({ url }) => url.startsWith(shared) && !url.includes('/platform/aws/'))
    .filter(({ functions }) => functions.some(({ functionName, ranges }) => functionName !== '' && ranges[0]?.count))
    .map(({ url }) => url.slice(ROOT.href.length))
  const modules = files.toSorted().map(async (file) => {
    const text = await readFile(new URL(file, ROOT), 'utf8')
    return { file, lines: text.split('\n').length - 1 }
  })
  return { flow, modules: await Promise.all(modules) }
}

process.env.POWERTOOLS_LOG_LEVEL = 'SILENT'
const { cats, petsPorts } = await import('../test/support/fixtures/pets.ts')
const { jobFor } = await import('../test/support/fixtures/labeling-jobs.ts')
const { drain } = await import('../test/support/broker/drain.ts')
const { createBatch } = await import('../shared/batches/create.ts')
const { startCopy } = await import('../shared/copying/start-copy.ts')
const { createJob } = await import('../shared/labeling/jobs/create.ts')
const { runChunk } = await import('../shared/platform/fan-out/run-round.ts')
const { runTask } = await import('../shared/workers/run-task.ts')
const { toRoundRef } = await import('../shared/workers/registry.ts')

const ports = await petsPorts(cats(5))
const request = BatchRequest.parse({ dataset: 'pets', classNames: ['Cat'], examplesPerClass: 5 })
const flows: Flow[] = []
flows.push(await measure('PUT /v1/batches/{batch}', () => createBatch('b', request, ports)))
await startCopy('b', ports)
await runTask(StartRoundMessage.parse(ports.world.sent.tasks.shift()), ports)
const chunk = ChunkMessage.parse(ports.world.sent.chunks.shift())
flows.push(await measure('a chunk of a copy', () => runChunk(toRoundRef(chunk), chunk.chunk, ports)))
await drain(ports)
flows.push(await measure('PUT /v1/labeling-jobs/{job}', () => createJob('cats-1', jobFor(), ports)))

if (process.argv.includes('--json')) console.log(JSON.stringify(flows))
else
  for (const { flow, modules } of flows) {
    console.log(
      `${flow}: ${modules.length} modules, the longest has ${Math.max(...modules.map(({ lines }) => lines))} lines`,
    )
    for (const { file, lines } of modules) console.log(`  ${file} (${lines})`)
  }
