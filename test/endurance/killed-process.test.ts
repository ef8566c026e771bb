import { mkdtemp, readdir, readFile, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { setTimeout as wait } from 'node:timers/promises'
import { S3Client } from '@aws-sdk/client-s3'
import { afterEach, beforeEach, describe, expect, it } from '@jest/globals'
import { randomFrom } from '../../local/seeded-random.ts'
import { audit } from '../../tools/soak/audit.ts'
import { auditBatch } from '../../tools/soak/audit-batch.ts'
import { createClient } from '../../tools/soak/client.ts'
import { drainQueues } from '../../tools/soak/drain.ts'
import { readBucket } from '../../tools/soak/evidence.ts'
import { putSources, REGISTRATION } from '../../tools/soak/sources.ts'
import { BUCKET, startTestbed } from '../../tools/soak/testbed.ts'
import { killDevProcesses, startDev, startReadyDev } from './dev-process.ts'

const SAMPLES = new URL('../../local/sample-data/train/images/', import.meta.url)
/** Somewhat less than the time of a test, so that a poll reports what it saw last. */
const POLL_MILLISECONDS = 150_000

/** Returns a function that is true until the time of a poll is up. */
const pollTime = (): (() => boolean) => {
  const end = Date.now() + POLL_MILLISECONDS
  return () => Date.now() < end
}

let directory: string
beforeEach(async () => {
  directory = await mkdtemp(join(tmpdir(), 'killed-'))
})
afterEach(async () => {
  killDevProcesses()
  await rm(directory, { recursive: true })
})

async function sampleImages(): Promise<Map<string, Buffer>> {
  const names = await readdir(SAMPLES)
  const read = async (name: string): Promise<[string, Buffer]> => [
    name.slice(0, 16),
    await readFile(new URL(name, SAMPLES)),
  ]
  return new Map(await Promise.all(names.map(read)))
}

describe('killing the whole system', () => {
  it('loses nothing: after a restart the same requests resume the import and the copy', async () => {
    // Kills it during the import of the sample data, which takes a second or two on an idle machine.
    await startDev(directory, 900)
    const random = randomFrom(5)
    for (let turn = 0; turn < 2; turn++) {
      const running = await startReadyDev(directory)
      const { call, until } = createClient({ api: async () => running.api, token: running.token }, pollTime())
      const request = { dataset: 'sample-train', classNames: ['Person', 'Tree', 'Car'], examplesPerClass: 20 }
      expect([200, 201]).toContain((await call('PUT', '/v1/batches/b', request)).status)
      expect([200, 202]).toContain((await call('POST', '/v1/batches/b/copy')).status)
      if (turn < 1) {
        await wait(random.between(0, 60))
        await running.kill()
        continue
      }
      const { json } = await until('/v1/batches/b/copy', (answer) => answer.json.state === 'copied', POLL_MILLISECONDS)
      expect(json).toMatchObject({ state: 'copied', failures: [] })
      const { accessKeyId, secretAccessKey } = running
      const s3 = new S3Client({
        endpoint: running.s3,
        forcePathStyle: true,
        region: 'us-east-1',
        credentials: { accessKeyId, secretAccessKey },
      })
      const bucket = await readBucket(s3, BUCKET)
      s3.destroy()
      const evidence = {
        ...bucket,
        images: await sampleImages(),
        batches: ['b'],
        datasets: [],
        events: [],
        writtenTwice: [],
      }
      expect(auditBatch('b', evidence)).toEqual({ lost: [], doubled: [], left: [] })
      expect(bucket.openUploads).toEqual([])
      await running.kill()
    }
  })
})

describe('killing workers', () => {
  it('loses nothing: other workers finish the import and the copy without another request', async () => {
    const stand = await startTestbed({ directory, seed: 3, processes: 1, workerSeconds: 2 })
    try {
      const images = await putSources(stand.s3, 150)
      const client = createClient(stand.fleet, pollTime())
      const random = randomFrom(3)
      const killOne = async () => {
        await wait(random.between(20, 200))
        stand.fleet.killOne(random)
      }
      await client.call('PUT', '/v1/datasets/soak', REGISTRATION)
      expect((await client.call('POST', '/v1/datasets/soak/import')).status).toBe(202)
      await killOne()
      await client.until('/v1/datasets/soak', ({ json }) => json.state === 'ready', POLL_MILLISECONDS)
      const request = { dataset: 'soak', classNames: ['Cat'], examplesPerClass: 150 }
      await client.call('PUT', '/v1/batches/b', request)
      expect((await client.call('POST', '/v1/batches/b/copy')).status).toBe(202)
      await killOne()
      await client.until('/v1/batches/b/copy', ({ json }) => json.state === 'copied', POLL_MILLISECONDS)
      expect(await drainQueues(stand.sqs, stand.queues, pollTime())).toEqual([])
      const evidence = {
        ...(await readBucket(stand.s3, BUCKET)),
        images,
        batches: ['b'],
        datasets: ['soak'],
        events: stand.events.sent(),
        writtenTwice: stand.ledger.duplicates(),
      }
      expect(audit(evidence)).toMatchObject({ images: 150, lost: [], doubled: [], left: [] })
      expect(stand.fleet.kills).toBe(2)
    } finally {
      await stand.stop()
    }
  })
})
