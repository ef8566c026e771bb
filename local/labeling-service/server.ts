import { once } from 'node:events'
import { createServer } from 'node:http'
import { ACCOUNT, REGION } from '../gateway/lambda-context.ts'
import type { Running } from '../running.ts'
import { s3Files } from './files/s3-files.ts'
import { openJobs } from './jobs/jobs.ts'
import { handle } from './protocol/handle.ts'
import type { LabelingServiceOptions } from './settings.ts'
import { withDefaultErrorRates } from './workers/error-rates.ts'

/**
 * Starts an emulator of the labeling jobs of Amazon SageMaker Ground Truth for the SageMaker client: bounding boxes, their
 * adjustment and their verification. Workers are simulated, and their names say so. Verifies signatures. Holds all jobs and the manifests of running jobs in memory; stores them in the directory.
 * @throws Error with `code` `EADDRINUSE` when the port is in use, RangeError for an error rate outside 0 to 1
 */
export async function startLabelingService(options: LabelingServiceOptions): Promise<Running> {
  const {
    s3,
    s3Credentials,
    credentials,
    directory,
    port = 0,
    region = REGION,
    account = ACCOUNT,
    pace = {},
    maxJobs: mostJobs = 20,
  } = options
  const onLog = options.onLog ?? ((message, error) => console.error(`labeling server: ${message}`, error))
  const workers = withDefaultErrorRates(options.workers ?? {})
  const files = s3Files(s3, region, s3Credentials)
  const jobs = await openJobs(directory, {
    files,
    region,
    account,
    maxJobs: mostJobs,
    workers,
    knownBoxes: options.knownBoxes,
    onStateChange: options.onStateChange,
    onLog,
    pace: { ...pace, objectsPerStep: pace.objectsPerStep ?? 10, milliseconds: pace.milliseconds ?? 200 },
  })
  const running = new Set<Promise<void>>()
  const server = createServer((incoming, response) => {
    const handling = handle(incoming, response, { region, account, credentials, files, jobs, onLog }).finally(() =>
      running.delete(handling),
    )
    running.add(handling)
  })

  const close = async () => {
    await jobs.close()
    files.close()
  }
  server.listen(port, '127.0.0.1')
  await once(server, 'listening').catch(async (error: unknown) => {
    await close()
    throw error
  })
  const address = server.address()
  if (address === null || typeof address === 'string')
    throw new Error('The labeling service is not listening on a TCP port')
  jobs.resume()

  return {
    url: `http://127.0.0.1:${address.port}`,
    async stop() {
      const closed = new Promise((resolve) => server.close(resolve))
      server.closeIdleConnections()
      await Promise.all(running)
      server.closeAllConnections()
      await closed
      await close()
    },
  }
}
