import { setTimeout as wait } from 'node:timers/promises'
import { randomFrom } from '../../local/seeded-random.ts'
import { type ActionCounts, planBatches, playBatch, playImport } from './actors.ts'
import { audit } from './audit.ts'
import { auditLabeling } from './audit-labeling.ts'
import { type Client, createClient } from './client.ts'
import { createDamager } from './damage.ts'
import { type DamageTools, playDamage } from './damage-actor.ts'
import { createDamageLog } from './damage-log.ts'
import { damagedBatch, damagedDataset } from './damaged-subject.ts'
import { drainQueues, finishBatch, finishImport } from './drain.ts'
import { endDamaged } from './end-damaged.ts'
import { type Evidence, readBucket } from './evidence.ts'
import { addFindings } from './findings.ts'
import { type Labor, playLabeling, SOAKED_KINDS } from './label-actor.ts'
import { fleetSend, hirePeople, readNames } from './labelers.ts'
import type { SoakOptions } from './options.ts'
import type { SoakOutcome } from './report.ts'
import { putSources, REGISTRATION } from './sources.ts'
import { BUCKET, startTestbed, type Testbed } from './testbed.ts'

const PROCESSES = 2
const WORKER_SECONDS = 4
const IMAGES_PER_BATCH = 500
const MAX_BATCHES = 10
/** How long it may take until all queues are empty. */
const DRAIN_SECONDS = 60
/** How long the calls after the fault injection may take. */
const FINISH_SECONDS = 400
const DAMAGED_DATASET = 'damaged'
const DATASETS = ['soak', 'soak-again', DAMAGED_DATASET]

/**
 * Imports, creates, copies, cancels, deletes and labels while faults are injected and state objects damaged, then drains the
 * queues and audits the bucket.
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
    const count = Math.min(MAX_BATCHES, Math.max(3, Math.round(options.images / IMAGES_PER_BATCH)))
    const damagedCount = Math.max(1, Math.floor(count / 4))
    const batches = planBatches(options.images, { count, labeled: 1, damaged: damagedCount })
    const [labeled, sound, damaged] = [
      batches.slice(0, 1),
      batches.slice(1, -damagedCount),
      batches.slice(-damagedCount),
    ]
    const actions: ActionCounts = {
      batchesCreated: 0,
      copies: 0,
      cancelled: 0,
      deleted: 0,
      imports: 0,
      importsCancelled: 0,
    }

    const deadline = startedAt + (options.seconds + FINISH_SECONDS) * 1000
    const log = createDamageLog(testbed.ledger, say)
    const client = createClient(testbed.fleet, () => Date.now() < deadline, log.addCorruptAnswer)
    await client.call('PUT', '/v1/datasets/soak', REGISTRATION)
    await finishImport('soak', client)
    actions.imports += 1
    const labor = await createLabor(options, client)
    say(`${options.images} images, ${count} batches; injecting faults for ${options.seconds} seconds`)

    const subjects = [
      ...damaged.map((batch) => damagedBatch(batch, client, { s3: testbed.s3, bucket: BUCKET, images })),
      damagedDataset(DAMAGED_DATASET, client),
    ].map((subject): [typeof subject, DamageTools] => {
      const random = randomFrom(options.seed, subject.name)
      return [subject, { client, damager: createDamager(testbed.s3, BUCKET), log, random }]
    })
    testbed.enableFaults()
    const end = Date.now() + options.seconds * 1000
    const shouldContinue = () => Date.now() < end
    await Promise.all([
      ...sound.map((batch) => playBatch(batch, client, randomFrom(options.seed, batch.name), actions, shouldContinue)),
      playImport('soak-again', client, randomFrom(options.seed, 'import'), actions, shouldContinue),
      ...labeled.map((batch) => {
        const random = randomFrom(options.seed, batch.name)
        return playLabeling(batch, { client, send: fleetSend(testbed.fleet), random, labor }, shouldContinue)
      }),
      ...subjects.map(([subject, tools]) => playDamage(subject, tools, shouldContinue)),
      killPeriodically(testbed, options.seed, shouldContinue),
    ])
    testbed.disableFaults()

    say('fault injection has ended; draining the queues')
    const drain = async (when = 'after all repairs'): Promise<void> => {
      const until = Date.now() + DRAIN_SECONDS * 1000
      const left = await drainQueues(testbed.sqs, testbed.queues, () => Date.now() < until)
      if (left.length > 0) log.addFinding('left', `work without an end ${when}: ${left.join(', ')}`)
    }
    await Promise.all([
      ...[...labeled, ...sound].map((batch) => finishBatch(batch, client)),
      client.call('PUT', '/v1/datasets/soak-again', REGISTRATION).then(() => finishImport('soak-again', client)),
    ])
    await drain()
    await endDamaged(subjects, drain).catch(({ message }: Error) => log.addFinding('left', message))
    await drain()
    const { faults, fleet, ledger, events } = testbed
    const { objects, openUploads } = await readBucket(testbed.s3, BUCKET)
    const evidence: Evidence = {
      objects,
      // A plan that was lost is the only record of its uploads. S3 ends them after a week, by a lifecycle rule.
      openUploads: openUploads.filter((upload) => !log.hasLostPlan(upload)),
      images,
      batches: batches.map(({ name }) => name),
      datasets: DATASETS,
      events: events.sent(),
      writtenTwice: ledger.duplicates(),
    }
    const labeling = auditLabeling({ ...labor, names: await readNames(labor.people, client) }, evidence)
    const seconds = Math.round((Date.now() - startedAt) / 100) / 10
    const { counts: damages } = log
    return {
      options,
      seconds,
      kills: fleet.kills,
      batches: count,
      actions,
      faults,
      damages,
      labor: labor.counts,
      audit: audit(evidence, addFindings(log.findings(), labeling)),
    }
  } finally {
    await testbed.stop()
  }
}

/** Creates the workers, before any fault. */
async function createLabor({ people }: SoakOptions, client: Client): Promise<Labor> {
  const kinds = Array.from({ length: people }, (_, index) => SOAKED_KINDS[index % SOAKED_KINDS.length] ?? 'good')
  return {
    people: await hirePeople(kinds, client),
    jobs: [],
    ledger: [],
    counts: {
      labelingJobs: 0,
      labelingJobsStopped: 0,
      labelingJobsDeleted: 0,
      answersCounted: 0,
      answersRefused: 0,
      requestsRetried: 0,
    },
  }
}

async function killPeriodically({ fleet }: Testbed, seed: number, shouldContinue: () => boolean): Promise<void> {
  const random = randomFrom(seed, 'kills')
  while (shouldContinue()) {
    await wait(random.between(800, 3500))
    if (shouldContinue()) fleet.killOne(random)
  }
}
