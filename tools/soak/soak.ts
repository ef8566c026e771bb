import { setTimeout as wait } from 'node:timers/promises'
import { type Deeds, planBatches, playBatch, playImport } from './actors.ts'
import { audit } from './audit.ts'
import { clientOf } from './client.ts'
import { readBucket } from './evidence.ts'
import type { SoakOptions } from './options.ts'
import { randomFrom } from './random.ts'
import type { Outcome } from './report.ts'
import { comeToRest, finishBatch, finishImport } from './rest.ts'
import { putSources, REGISTRATION } from './sources.ts'
import { BUCKET, type Stand, startStand } from './stand.ts'

const PROCESSES = 2
const WORKER_SECONDS = 4
const IMAGES_PER_BATCH = 500
const MOST_BATCHES = 10
const REST_SECONDS = 120
const DATASETS = ['soak', 'soak-again']

/**
 * Imports, makes, copies, cancels and deletes for some seconds while everything goes wrong that may, lets it come to
 * rest, and looks at what lies in the bucket. @param directory where the S3 server keeps it; must be empty
 */
export async function soak(options: SoakOptions, directory: string, say: (what: string) => void): Promise<Outcome> {
  const begun = Date.now()
  const stand = await startStand({ directory, seed: options.seed, processes: PROCESSES, workerSeconds: WORKER_SECONDS })
  try {
    const images = await putSources(stand.s3, options.images)
    const count = Math.min(MOST_BATCHES, Math.max(2, Math.round(options.images / IMAGES_PER_BATCH)))
    const batches = planBatches(options.images, count)
    const deeds: Deeds = { made: 0, copies: 0, cancelled: 0, deleted: 0, imports: 0, importsCancelled: 0 }

    const giveUpAt = begun + (options.seconds + REST_SECONDS) * 1000
    const client = clientOf(stand.fleet, () => Date.now() < giveUpAt)
    await client.call('PUT', '/v1/datasets/soak', REGISTRATION)
    await finishImport('soak', client)
    deeds.imports += 1
    say(`${options.images} images, ${count} batches; everything goes wrong for ${options.seconds} seconds`)

    stand.disturb()
    const end = Date.now() + options.seconds * 1000
    const mayGoOn = () => Date.now() < end
    await Promise.all([
      ...batches.map((batch) => playBatch(batch, client, randomFrom(options.seed, batch.name), deeds, mayGoOn)),
      playImport('soak-again', client, randomFrom(options.seed, 'import'), deeds, mayGoOn),
      killNowAndThen(stand, options.seed, mayGoOn),
    ])
    stand.calm()

    say('now nothing goes wrong any more, until all is at rest')
    await Promise.all([
      ...batches.map((batch) => finishBatch(batch, client)),
      client.call('PUT', '/v1/datasets/soak-again', REGISTRATION).then(() => finishImport('soak-again', client)),
    ])
    await comeToRest(stand.sqs, stand.queues, () => Date.now() < giveUpAt)
    const { faults, fleet, ledger, events } = stand
    const evidence = {
      ...(await readBucket(stand.s3, BUCKET)),
      images,
      batches: batches.map(({ name }) => name),
      datasets: DATASETS,
      events: events.sent(),
      writtenTwice: ledger.twice(),
    }
    const seconds = Math.round((Date.now() - begun) / 100) / 10
    return { options, seconds, kills: fleet.kills, batches: count, deeds, faults, audit: audit(evidence) }
  } finally {
    await stand.stop()
  }
}

async function killNowAndThen({ fleet }: Stand, seed: number, mayGoOn: () => boolean): Promise<void> {
  const random = randomFrom(seed, 'kills')
  while (mayGoOn()) {
    await wait(random.between(800, 3500))
    if (mayGoOn()) fleet.killOne(random)
  }
}
