import { pathToFileURL } from 'node:url'
import { SQSClient } from '@aws-sdk/client-sqs'
import type { Context } from 'aws-lambda'
import { lambdaContext } from '../local/gateway/lambda-context.ts'
import type { Running } from '../local/running.ts'
import { startPoller, type WorkerFunction } from '../local/sqs/poller.ts'
import type { CallReport } from './function-report.ts'
import { peakMegabytes } from './peak-memory.ts'
import { serveJobs } from './serve-jobs.ts'

/** A job of this process: call the function with an event, or report the calls since the last report. */
export type FunctionJob = { readonly do: 'call'; readonly event: unknown } | { readonly do: 'report' }

// Runs one function in its own process, like an instance of a Lambda function, with its deployed bundle.
const [, , bundle = '', queueUrl = '', concurrency = '1'] = process.argv
const { handler, worker } = await import(pathToFileURL(bundle).href)

let calls: CallReport[] = []
let poller: Pick<Running, 'stop'> | undefined
const client = queueUrl === '' ? undefined : new SQSClient()

async function callMeasured(event: unknown, context: Context): Promise<unknown> {
  const started = performance.now()
  const answer = await handler(event, context)
  calls.push({
    label: toLabel(event),
    milliseconds: performance.now() - started,
    // The peak of the process so far. The call that raises it is the one that needs the memory.
    peakMegabytes: peakMegabytes(),
    heapMegabytes: process.memoryUsage().heapUsed / 2 ** 20,
  })
  return answer
}

if (client) {
  const settings = { ...worker, concurrency: Number(concurrency) }
  const called: WorkerFunction = { name: bundle, worker: settings, handler: callMeasured }
  const onLog = (message: string, error?: unknown): void => console.error(message, error)
  poller = await startPoller(called, client, queueUrl, onLog)
}

await serveJobs<FunctionJob>(async (job) => {
  if (job.do === 'call') return await callMeasured(job.event, lambdaContext(bundle, 29_000))
  const report = calls
  calls = []
  return report
})
await poller?.stop()
process.exit()

/** Labels an event: `check-rows 12`, `run-batch`, `PUT /v1/batches/{batch}`. */
function toLabel(event: unknown): string {
  const { Records, routeKey } = event as { Records?: { body: string }[]; routeKey?: string }
  if (routeKey !== undefined) return routeKey
  const { task, job, chunk } = JSON.parse(Records?.[0]?.body ?? '{}')
  return [task, job, chunk].filter((part) => part !== undefined).join(' ')
}
