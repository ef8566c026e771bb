import type { S3Client } from '@aws-sdk/client-s3'
import { type PlannedBatch, removeBatch, removeDataset } from './actors.ts'
import { auditBatch } from './audit-batch.ts'
import type { Answer, Client } from './client.ts'
import { finishBatch, finishImport } from './drain.ts'
import { type Evidence, readBucket } from './evidence.ts'
import type { Findings } from './findings.ts'
import { REGISTRATION } from './sources.ts'

/** A batch or a dataset whose objects are damaged while work on it is under way. */
export interface DamagedSubject {
  readonly name: string
  /** Key prefix of all its objects. */
  readonly folder: string
  /** Key of its state object. */
  readonly record: string
  /** The list that it is an item of. */
  readonly list: string
  /** Begins work on it, whatever the response. */
  start(): Promise<void>
  /** Repeats its calls until the work is complete. Returns the last response when the time is up before. */
  finish(milliseconds: number): Promise<Answer | undefined>
  /** Deletes it over the API. Returns the last response when the time is up before it is gone. */
  remove(milliseconds: number): Promise<Answer | undefined>
  /** Returns the state in which work on it is still to be done; undefined when there is none, or it cannot be read. */
  readUnfinished(): Promise<string | undefined>
  /** Compares it with its sources, once it is complete. */
  audit(): Promise<Findings>
}

/** Returns the state of a response if work on the subject is still to be done in it. Pure. */
const unfinishedState = ({ json }: Answer): string | undefined =>
  ['selecting', 'queued', 'copying', 'importing', 'deleting'].includes(json?.state) ? json.state : undefined

export function damagedBatch(
  planned: PlannedBatch,
  client: Client,
  { s3, bucket, images }: { s3: S3Client; bucket: string; images: Evidence['images'] },
): DamagedSubject {
  const { name, request } = planned
  const path = `/v1/batches/${name}`
  const folder = `data/${name}/`
  return {
    name,
    folder,
    record: `${folder}batch.json`,
    list: '/v1/batches',
    start: async () => {
      await client.call('PUT', path, request)
      await client.call('POST', `${path}/copy`)
    },
    finish: (milliseconds) => finishBatch(planned, client, milliseconds),
    remove: (milliseconds) => removeBatch(name, client, milliseconds),
    readUnfinished: async () =>
      unfinishedState(await client.call('GET', path)) ?? unfinishedState(await client.call('GET', `${path}/copy`)),
    audit: async () => {
      const found = await readBucket(s3, bucket, folder)
      const evidence = { ...found, images, batches: [name], datasets: [], events: [], writtenTwice: [] }
      return auditBatch(name, evidence)
    },
  }
}

export function damagedDataset(name: string, client: Client): DamagedSubject {
  const path = `/v1/datasets/${name}`
  const folder = `data/raw/${name}/`
  return {
    name,
    folder,
    record: `${folder}dataset.json`,
    list: '/v1/datasets',
    start: async () => {
      await client.call('PUT', path, REGISTRATION)
      await client.call('POST', `${path}/import`)
    },
    finish: async (milliseconds) => {
      await client.call('PUT', path, REGISTRATION)
      return finishImport(name, client, milliseconds)
    },
    remove: (milliseconds) => removeDataset(name, client, milliseconds),
    readUnfinished: async () => unfinishedState(await client.call('GET', path)),
    // The audit of the whole bucket checks datasets.
    audit: async () => ({ lost: [], doubled: [], left: [] }),
  }
}
