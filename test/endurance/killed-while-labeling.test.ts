import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { setTimeout as sleep } from 'node:timers/promises'
import { S3Client } from '@aws-sdk/client-s3'
import { afterEach, beforeEach, describe, expect, it } from '@jest/globals'
import pLimit from 'p-limit'
import { LabelingJobView } from '../../shared/contracts/labeling-job.ts'
import { WorkerView, WorkerWithLink } from '../../shared/contracts/worker.ts'
import { readShard } from '../../shared/labeling/engine/shard.ts'
import { BLOCK_LINES, countShards, findWork, type Work } from '../../shared/labeling/engine/work.ts'
import { s3Objects } from '../../shared/platform/aws/s3-objects.ts'
import { type PeopleClock, realClock } from '../../tools/people/clock.ts'
import type { KindName } from '../../tools/people/kinds.ts'
import { compareWithResult, type LedgerEntry, type ResultAnswer } from '../../tools/people/ledger.ts'
import { readResult, responsesFolder } from '../../tools/people/result.ts'
import { type JobReport, type PersonWithAccess, runPeople } from '../../tools/people/run-people.ts'
import { httpSend, type Send } from '../../tools/people/send.ts'
import { readBucket } from '../../tools/soak/evidence.ts'
import { BUCKET } from '../../tools/soak/testbed.ts'
import { closedWork } from '../support/fixtures/closed-work.ts'
import { pollUntil } from '../support/poll.ts'
import { emptyWorld } from '../support/world/world.ts'
import { type DevProcess, killDevProcesses, startReadyDev } from './dev-process.ts'

/** The job of a run has the name of its batch. */
const [JOB, BATCH] = ['people', 'people']
const LINES = 200
const WORKERS_PER_OBJECT = 3
/** Leases end with the job, so that nobody waits a quarter of an hour for those who have left. */
const JOB_SECONDS = 60
const PEOPLE = 50
const SPEED = 6
/** When the system is killed, in seconds from the first image. */
const KILLS = [4, 9, 16]
const WRITES_IN_FLIGHT = 16
const MAX_WAIT_MILLISECONDS = 300_000
/** A minute and a half on an idle machine. */
const TEST_MILLISECONDS = 400_000

/** Seventeen people leave in the middle of a block, and ten sleep until the job is over. */
const toKind = (person: number): KindName => {
  if (person % 3 === 1) return 'leaves'
  if (person % 5 === 0) return 'falls-asleep'
  return (['good', 'sloppy', 'goes-offline', 'changes-mind'] as const)[person % 4] ?? 'good'
}

let directory: string
let running: DevProcess
beforeEach(async () => {
  directory = await mkdtemp(join(tmpdir(), 'killed-labeling-'))
})
afterEach(async () => {
  killDevProcesses()
  await rm(directory, { recursive: true })
})

const restart = async (): Promise<void> => {
  await running.kill()
  running = await startReadyDev(directory)
}

/** Sends requests to whatever process is running. */
const send: Send = (request) => httpSend(running.api)(request)

/** Sends a request of the owner. */
const own = async (method: 'GET' | 'PUT', path: string, body?: object): Promise<unknown> =>
  (await send({ method, path, token: running.token, ...(body && { body }) })).json

/** Calls `use` with a client of the S3 of the running process. */
async function withS3<Result>(use: (client: S3Client) => Promise<Result>): Promise<Result> {
  const { s3, accessKeyId, secretAccessKey } = running
  const credentials = { accessKeyId, secretAccessKey }
  const client = new S3Client({ endpoint: s3, forcePathStyle: true, region: 'us-east-1', credentials })
  try {
    return await use(client)
  } finally {
    client.destroy()
  }
}

/**
 * Creates a job of a few sample images, and gives it more images in its bucket: all of them are the same one, which people
 * do not look at.
 */
async function createLargeJob(): Promise<void> {
  const request = { dataset: 'sample-train', classNames: ['Person'], examplesPerClass: 3, run: 'label' }
  await own('PUT', `/v1/batches/${BATCH}`, request)
  await pollUntil(
    () => own('GET', `/v1/labeling-jobs/${JOB}`),
    (answer) => LabelingJobView.safeParse(answer).success,
  )
  const world = emptyWorld()
  const now = Date.now()
  closedWork(world, {
    job: JOB,
    batch: BATCH,
    bucket: BUCKET,
    lines: Array.from({ length: LINES }, () => ({})),
    because: null,
    workersPerObject: WORKERS_PER_OBJECT,
    createdAt: new Date(now).toISOString(),
    deadline: new Date(now + 1000 * JOB_SECONDS).toISOString(),
  })
  const limit = pLimit(WRITES_IN_FLIGHT)
  await withS3(async (client) => {
    const objects = s3Objects(client, BUCKET)
    const prefix = `s3://${BUCKET}/`
    await Promise.all(
      [...world.stored].map(([uri, { bytes }]) => limit(() => objects.put(uri.slice(prefix.length), bytes))),
    )
  })
}

async function hireAll(): Promise<readonly PersonWithAccess[]> {
  const people: PersonWithAccess[] = []
  for (let person = 0; person < PEOPLE; person++) {
    const [name, kind] = [`person-${person}`, toKind(person)]
    const { link } = WorkerWithLink.parse(await own('PUT', `/v1/workers/${name}`, {}))
    people.push({ name, kind, seed: person, access: { secret: link.replace(/^.*#/, '') } })
  }
  return people
}

/** Lets people label. Those who sleep wake up when the job is over. */
async function label(
  people: readonly PersonWithAccess[],
  ledger: LedgerEntry[],
  isOver: AbortSignal,
): Promise<readonly JobReport[]> {
  const clock = realClock(SPEED)
  const asleep: PeopleClock = {
    ...clock,
    wait: (seconds) => sleep(1000 * seconds, undefined, { signal: isOver }).catch(() => undefined),
  }
  const run = (some: readonly PersonWithAccess[], time: PeopleClock) =>
    runPeople(some, { send, clock: time, seed: 1, job: JOB, ledger: { record: (entry) => void ledger.push(entry) } })
  const isSleeper = ({ kind }: PersonWithAccess): boolean => kind === 'falls-asleep'
  const reports = await Promise.all([
    run(
      people.filter((one) => !isSleeper(one)),
      clock,
    ),
    run(people.filter(isSleeper), asleep),
  ])
  return reports.flat()
}

/** Waits until the job has ended, and returns it. The process that has its S3 may be killed meanwhile. */
async function waitForEnd(): Promise<Work> {
  const find = async (client: S3Client) => (await findWork(JOB, { objects: s3Objects(client, BUCKET) }))?.value
  for (const end = Date.now() + MAX_WAIT_MILLISECONDS; Date.now() < end; await sleep(500)) {
    const work = await withS3(find).catch(() => undefined)
    if (work?.end) return work
  }
  throw new Error('The job does not end')
}

/** Returns every answer in the files of worker responses. */
async function readAnswers(people: readonly PersonWithAccess[]): Promise<ResultAnswer[]> {
  const folder = responsesFolder(BATCH, JOB)
  const { objects } = await withS3((client) => readBucket(client, BUCKET, folder))
  const files = [...objects].map(([key, bytes]): [string, string] => [key.slice(folder.length), bytes.toString()])
  return readResult(files, await readNames(people))
}

/** Returns how many leases of the job have expired. */
const countExpiredLeases = (work: Work): Promise<number> =>
  withS3(async (client) => {
    const objects = s3Objects(client, BUCKET)
    const numbers = Array.from({ length: countShards(work) }, (_, shard) => shard)
    const shards = await Promise.all(numbers.map((shard) => readShard(work, shard, { objects })))
    return shards.flatMap((shard) => shard?.value.handBacks ?? []).filter(({ expired }) => expired).length
  })

async function readNames(people: readonly PersonWithAccess[]): Promise<Map<string, string>> {
  const names = new Map<string, string>()
  for (const { name } of people)
    for (const id of WorkerView.parse(await own('GET', `/v1/workers/${name}`)).workerIds) names.set(id, name)
  return names
}

describe('fifty people, a third of whom leave and a fifth fall asleep', () => {
  it(
    'lose no acknowledged answer when the whole system is killed again and again',
    async () => {
      running = await startReadyDev(directory)
      const people = await hireAll()
      await createLargeJob()
      // Whoever has crashed before sent the message that watches the job; the start of a process sends it again.
      await restart()
      const ledger: LedgerEntry[] = []
      const over = new AbortController()
      const ending = waitForEnd().finally(() => over.abort())
      const labeling = label(people, ledger, over.signal)
      const started = Date.now()
      for (const seconds of KILLS) {
        await sleep(Math.max(0, started + 1000 * seconds - Date.now()))
        await restart()
      }
      const work = await ending
      const reports = await labeling
      const result = await readAnswers(people)
      expect(compareWithResult(ledger, result)).toEqual([])
      // Requests failed, and were sent again.
      expect(reports.reduce((sum, { retries }) => sum + retries, 0)).toBeGreaterThan(0)
      expect(reports.filter(({ early }) => early > 0)).toEqual([])
      const { labeled = 0, failed = 0, unlabeled } = work.end?.counters ?? {}
      expect([labeled + failed, unlabeled]).toEqual([LINES, 0])
      const byLine = Map.groupBy(result, ({ line }) => line)
      const surplus = [...byLine.values()].reduce((sum, all) => sum + Math.max(0, all.length - WORKERS_PER_OBJECT), 0)
      expect(surplus).toBeLessThanOrEqual(BLOCK_LINES * (await countExpiredLeases(work)))
    },
    TEST_MILLISECONDS,
  )
})
