import { setTimeout as wait } from 'node:timers/promises'
import { randomFrom } from '../../local/seeded-random.ts'
import { type ActionCounts, planBatches, playBatch, playImport } from './actors.ts'
import { audit } from './audit.ts'
import { createClient } from './client.ts'
import { drainQueues, finishBatch, finishImport } from './drain.ts'
import { readBucket } from './evidence.ts'
import type { SoakOptions } from './options.ts'
import type { SoakOutcome } from './report.ts'
import { putSources, REGISTRATION } from './sources.ts'
import { BUCKET, startTestbed, type Testbed } from './testbed.ts'

const PROCESSES = 2
const WORKER_SECONDS = 4
const IMAGES_PER_BATCH = 500
const MAX_BATCHES = 10
const DRAIN_SECONDS = 120
const DATASETS = ['soak', 'soak-again']

/**
 * Imports, creates, copies, cancels and deletes while faults are injected, then drains the queues and audits the bucket.
 * @param directory data directory of the S3 server; must be empty
 */
export async function soak(options: SoakOptions, directory: string, say: (what: string) => void): Promise<SoakOutcome> {
  const startedAt = Date.now()
  const testbed = await startTestbed({
    directory,
    seed: options.seed,
    processes: PROCESSES,
    workerSeconds: WORKER_SECONDS,
  })
  try {
    const images = await putSources(testbed.s3, options.images)
    const count = Math.min(MAX_BATCHES, Math.max(2, Math.round(options.images / IMAGES_PER_BATCH)))
    const batches = planBatches(options.images, count)
    const actions: ActionCounts = {
      batchesCreated: 0,
      copies: 0,
      cancelled: 0,
      deleted: 0,
      imports: 0,
      importsCancelled: 0,
    }

    const deadline = startedAt + (options.seconds + DRAIN_SECONDS) * 1000
    const client = createClient(testbed.fleet, () => Date.now() < deadline)
    await client.call('PUT', '/v1/datasets/soak', REGISTRATION)
    await finishImport('soak', client)
    actions.imports += 1
    say(`${options.images} images, ${count} batches; injecting faults for ${options.seconds} seconds`)

    testbed.enableFaults()
    const end = Date.now() + options.seconds * 1000
    const shouldContinue = () => Date.now() < end
    await Promise.all([
      ...batches.map((batch) =>
        playBatch(batch, client, randomFrom(options.seed, batch.name), actions, shouldContinue),
      ),
      playImport('soak-again', client, randomFrom(options.seed, 'import'), actions, shouldContinue),
      killPeriodically(testbed, options.seed, shouldContinue),
    ])
    testbed.disableFaults()

    say('fault injection has ended; draining the queues')
    await Promise.all([
      ...batches.map((batch) => finishBatch(batch, client)),
      client.call('PUT', '/v1/datasets/soak-again', REGISTRATION).then(() => finishImport('soak-again', client)),
    ])
    await drainQueues(testbed.sqs, testbed.queues, () => Date.now() < deadline)
    const { faults, fleet, ledger, events } = testbed
    const evidence = {
      ...(await readBucket(testbed.s3, BUCKET)),
      images,
      batches: batches.map(({ name }) => name),
      datasets: DATASETS,
      events: events.sent(),
      writtenTwice: ledger.duplicates(),
    }
    const seconds = Math.round((Date.now() - startedAt) / 100) / 10
    return { options, seconds, kills: fleet.kills, batches: count, actions: actions, faults, audit: audit(evidence) }
  } finally {
    await testbed.stop()
  }
}

async function killPeriodically({ fleet }: Testbed, seed: number, shouldContinue: () => boolean): Promise<void> {
  const random = randomFrom(seed, 'kills')
  while (shouldContinue()) {
    await wait(random.between(800, 3500))
    if (shouldContinue()) fleet.killOne(random)
  }
}
