import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { setTimeout as delay } from 'node:timers/promises'
import { CreateBucketCommand, paginateListObjectsV2, S3Client } from '@aws-sdk/client-s3'
import {
  CreateLabelingJobCommand,
  DescribeLabelingJobCommand,
  type DescribeLabelingJobCommandOutput,
  type LabelingJobStatus,
  SageMakerClient,
} from '@aws-sdk/client-sagemaker'
import { afterAll, afterEach, beforeAll, beforeEach } from '@jest/globals'
import { startLabelingService } from '../../../local/labeling-service/server.ts'
import type { LabelingServiceOptions } from '../../../local/labeling-service/settings.ts'
import type { Running } from '../../../local/running.ts'
import { startS3Server } from '../../../local/s3/server.ts'
import { CREDENTIALS } from '../../support/credentials.ts'
import { Bucket, type RunningServer, serverForEachTest } from '../s3/running-server.ts'
import { type Changes, validRequest } from './valid-request.ts'

/** Error rates of workers without errors. */
export const PERFECT = {
  jitter: 0,
  missedBoxes: 0,
  extraBoxes: 0,
  wrongClass: 0,
  declines: 0,
  expired: 0,
  failed: 0,
}

type Options = Partial<Omit<LabelingServiceOptions, 's3' | 'directory'>>

/** Jobs never start. */
export const STANDSTILL = { pace: { gate: () => new Promise<void>(() => {}) } }

/** The labeling service of the current test, with its S3 server. */
export interface RunningLabeling {
  readonly store: Store
  readonly client: SageMakerClient
  /** Its data directory. */
  readonly directory: string
  /** Restarts it, by default with workers without errors or delays. */
  start(options?: Options): Promise<void>
  stop(): Promise<void>
  /** Removes all jobs of the stopped service. */
  clear(): Promise<void>
  /** Lists the keys with this prefix. */
  keysUnder(prefix: string): Promise<readonly string[]>
  /** Reads the JSON objects with this prefix, in key order. */
  filesUnder(prefix: string): Promise<readonly { readonly key: string; readonly content: unknown }[]>
  create(changes?: Changes): Promise<string>
  describe(name?: string): Promise<DescribeLabelingJobCommandOutput>
  /** Waits until the job has one of these statuses. */
  until(statuses: readonly LabelingJobStatus[], name?: string): Promise<DescribeLabelingJobCommandOutput>
  /** Waits until the job has ended. Returns it with the lines of its output. */
  end(name?: string): Promise<{ readonly job: DescribeLabelingJobCommandOutput; readonly lines: readonly Line[] }>
}

/** A line of a manifest. */
export type Line = Readonly<Record<string, unknown>>

const FINAL = ['Completed', 'Failed', 'Stopped'] as const

/** Starts a labeling service and an S3 server before each test, and removes them afterwards. */
export const labelingForEachTest = (first: Options = {}): RunningLabeling =>
  runningLabeling(serverForEachTest(), first, [beforeEach, afterEach])

/** Starts one labeling service for all tests of the suite, whose jobs never start. */
export const labelingForSuite = (): RunningLabeling =>
  runningLabeling(storeForSuite(), STANDSTILL, [beforeAll, afterAll])

type Store = Pick<RunningServer, 's3' | 'url' | 'text'>
type Hooks = readonly [before: typeof beforeEach, after: typeof afterEach]

/** Starts an S3 server with one empty bucket for the suite. */
function storeForSuite(): Store {
  const store = { s3: new S3Client({}), url: '', text: () => Promise.reject(new Error('nothing is written')) }
  let server: Running
  let directory: string
  beforeAll(async () => {
    directory = await mkdtemp(join(tmpdir(), 'groundwork-s3-'))
    server = await startS3Server({ directory, credentials: CREDENTIALS })
    store.url = server.url
    store.s3 = new S3Client({
      endpoint: server.url,
      region: 'us-east-1',
      forcePathStyle: true,
      credentials: CREDENTIALS,
    })
    await store.s3.send(new CreateBucketCommand({ Bucket }))
  })
  afterAll(async () => {
    store.s3.destroy()
    await server.stop()
    await rm(directory, { recursive: true })
  })
  return store
}

function runningLabeling(store: Store, first: Options, [before, after]: Hooks): RunningLabeling {
  let directory: string
  let server: Running | undefined
  let client: SageMakerClient
  const running: RunningLabeling = {
    store,
    get client() {
      return client
    },
    get directory() {
      return directory
    },
    async start(options = {}) {
      await running.stop()
      const defaults = {
        credentials: CREDENTIALS,
        s3Credentials: CREDENTIALS,
        workers: PERFECT,
        pace: { milliseconds: 0, objectsPerStep: 100 },
      }
      server = await startLabelingService({ ...defaults, ...options, s3: store.url, directory })
      client = createClient(server.url)
    },
    async stop() {
      client?.destroy()
      await server?.stop()
      server = undefined
    },
    clear: () => rm(directory, { recursive: true }),
    async keysUnder(Prefix) {
      const keys: string[] = []
      for await (const { Contents = [] } of paginateListObjectsV2({ client: store.s3 }, { Bucket, Prefix }))
        for (const { Key = '' } of Contents) keys.push(Key)
      return keys
    },
    async filesUnder(prefix) {
      const keys = await running.keysUnder(prefix)
      return Promise.all(keys.map(async (key) => ({ key, content: JSON.parse(await store.text(key)) as unknown })))
    },
    async create(changes = {}) {
      const { LabelingJobArn = '' } = await client.send(new CreateLabelingJobCommand(validRequest(changes)))
      return LabelingJobArn
    },
    describe: (LabelingJobName = 'Pets-1') => client.send(new DescribeLabelingJobCommand({ LabelingJobName })),
    async until(statuses, name) {
      for (;;) {
        const job = await running.describe(name)
        if (job.LabelingJobStatus && statuses.includes(job.LabelingJobStatus)) return job
        await delay(2)
      }
    },
    async end(name) {
      const job = await running.until(FINAL, name)
      const uri = job.LabelingJobOutput?.OutputDatasetS3Uri
      const text = uri === undefined ? '' : await store.text(uri.replace('s3://photos/', ''))
      return { job, lines: text.split('\n').slice(0, -1).map(parse) }
    },
  }
  before(async () => {
    directory = await mkdtemp(join(tmpdir(), 'groundwork-labeling-'))
    await running.start(first)
  })
  after(async () => {
    await running.stop()
    await rm(directory, { recursive: true })
  })
  return running
}

// Each line of a manifest is a JSON object.
const parse = (line: string): Line => JSON.parse(line) as Line

/** Creates a client without retries. */
function createClient(endpoint: string): SageMakerClient {
  return new SageMakerClient({ endpoint, region: 'us-east-1', credentials: CREDENTIALS, maxAttempts: 1 })
}

/** Returns name and message of the expected error. @throws Error if the call succeeds */
export async function describeError(call: Promise<unknown>): Promise<string> {
  try {
    await call
  } catch (error) {
    if (error instanceof Error) return `${error.name}: ${error.message}`
    throw error
  }
  throw new Error('the call was expected to fail')
}
