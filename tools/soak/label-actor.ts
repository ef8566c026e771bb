import { setTimeout as wait } from 'node:timers/promises'
import type { Random } from '../../local/seeded-random.ts'
import { isFinalStatus } from '../../shared/contracts/labeler.ts'
import { realClock } from '../people/clock.ts'
import type { KindName } from '../people/kinds.ts'
import type { LedgerEntry } from '../people/ledger.ts'
import { type PersonWithAccess, runPeople } from '../people/run-people.ts'
import type { Send } from '../people/send.ts'
import { type PlannedBatch, removeBatch } from './actors.ts'
import type { Client } from './client.ts'
import { finishBatch } from './drain.ts'

/** Nobody of them leaves: a lease of 15 minutes would outlast the run. */
export const SOAKED_KINDS = [
  'good',
  'goes-offline',
  'changes-mind',
  'two-tabs',
  'spammer',
] as const satisfies KindName[]
/** How much faster than people they work. */
const SPEED = 2000
/** How long a job may take to end after everybody is done, until it is stopped: images that too many decline stay open. */
const END_MILLISECONDS = 10_000

/** What people have done, and with what. */
export interface Labor {
  readonly people: readonly PersonWithAccess[]
  /** Jobs that exist, each of which has ended. */
  readonly jobs: { job: string; batch: string }[]
  readonly ledger: LedgerEntry[]
  readonly counts: LaborCounts
}

export interface LaborCounts {
  labelingJobs: number
  labelingJobsStopped: number
  labelingJobsDeleted: number
  /** Answers that were acknowledged as counted. */
  answersCounted: number
  answersRefused: number
  /** Requests of people that were sent again. */
  requestsRetried: number
}

export interface LaborTools {
  readonly client: Client
  readonly send: Send
  readonly random: Random
  readonly labor: Labor
}

/**
 * Repeatedly creates a labeling job of a batch, lets people label it, and sometimes stops it in the middle or deletes it
 * with its batch, until `shouldContinue` is false. A job that was stopped is continued by the next one.
 */
export async function playLabeling(
  batch: PlannedBatch,
  tools: LaborTools,
  shouldContinue: () => boolean,
): Promise<void> {
  const { client, random, labor } = tools
  let stopped: string | undefined
  for (let turn = 1; turn === 1 || shouldContinue(); turn++) {
    const job = `${batch.name}-${turn}`
    await finishBatch(batch, client)
    const opinions = random.between(1, labor.people.length)
    await createJob(
      job,
      { batch: batch.name, workersPerObject: opinions, ...(stopped !== undefined && { continueFrom: stopped }) },
      client,
    )
    labor.jobs.push({ job, batch: batch.name })
    labor.counts.labelingJobs += 1
    const isStopped = random.chance(0.4)
    await Promise.all([label(job, tools), isStopped ? stopSoon(job, tools) : undefined])
    const hasEnded = await untilEnded(job, client, END_MILLISECONDS)
    if (!hasEnded) await stopSoon(job, tools)
    await untilEnded(job, client, Number.POSITIVE_INFINITY)
    stopped = isStopped || !hasEnded ? job : undefined
    if (!shouldContinue() || !random.chance(0.3)) continue
    await removeBatch(batch.name, client)
    labor.counts.labelingJobsDeleted += labor.jobs.length
    labor.jobs.length = 0
    stopped = undefined
  }
}

async function createJob(job: string, request: object, client: Client): Promise<void> {
  for (;;) {
    const { status, json } = await client.call('PUT', `/v1/labeling-jobs/${job}`, request)
    if (status === 201 || (status === 200 && json.status !== 'Creating')) return
    if (status !== 202 && status !== 200 && status !== 409)
      throw new Error(`The labeling job ${job} was refused: ${status} ${JSON.stringify(json)}`)
    await wait(200)
  }
}

async function label(job: string, { send, labor: { people, ledger, counts } }: LaborTools): Promise<void> {
  const record = (entry: LedgerEntry): void => {
    ledger.push(entry)
    if (entry.counted) counts.answersCounted += 1
    if (entry.code !== undefined) counts.answersRefused += 1
  }
  const reports = await runPeople(people, { send, clock: realClock(SPEED), ledger: { record }, job, seed: 1 })
  counts.requestsRetried += reports.reduce((sum, { retries }) => sum + retries, 0)
}

async function stopSoon(job: string, { client, random, labor }: LaborTools): Promise<void> {
  await wait(random.between(100, 8000))
  const { status } = await client.call('POST', `/v1/labeling-jobs/${job}/stop`)
  if (status === 202) labor.counts.labelingJobsStopped += 1
}

/** Polls until a job has ended, or the time is up. Returns whether it has ended. */
async function untilEnded(job: string, client: Client, milliseconds: number): Promise<boolean> {
  const path = `/v1/labeling-jobs/${job}`
  const { json } = await client.until(path, (answer) => isFinalStatus(answer.json?.status), milliseconds)
  return isFinalStatus(json?.status)
}
