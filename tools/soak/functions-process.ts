import { SQSClient } from '@aws-sdk/client-sqs'
import { findFunctions } from '../../local/functions.ts'
import { startGateway } from '../../local/gateway/gateway.ts'
import { startPoller } from '../../local/sqs/poller.ts'
import { skewClock } from './skewed-clock.ts'

/**
 * Runs the API and all workers in a process that can be killed. The environment has the server URLs and the timeout of
 * workers, which is short so that messages are redelivered soon, and by how much the clock of the process is off. Prints
 * the URL of its API.
 */
async function run(): Promise<void> {
  skewClock(Number(process.env.SOAK_CLOCK_SKEW_MILLISECONDS ?? 0))
  const { endpoints, workers } = await findFunctions()
  const { url } = await startGateway({ endpoints, port: 0 })
  const timeoutSeconds = Number(process.env.SOAK_WORKER_SECONDS)
  const client = new SQSClient({ endpoint: process.env.AWS_ENDPOINT_URL_SQS ?? '' })
  for (const called of workers) {
    const { queue } = called.worker
    const queueUrl = process.env[`SOAK_${queue.replace('-', '_').toUpperCase()}_QUEUE_URL`] ?? ''
    await startPoller({ ...called, worker: { ...called.worker, timeoutSeconds } }, client, queueUrl)
  }
  console.log(`ready ${url}`)
}

await run()
