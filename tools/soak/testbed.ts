import { S3Client } from '@aws-sdk/client-s3'
import { SQSClient } from '@aws-sdk/client-sqs'
import { createBucket } from '../../local/bucket.ts'
import { type Credentials, openCredentials } from '../../local/credentials.ts'
import { setDevToken } from '../../local/dev-token.ts'
import { awsEnvironment, functionEnvironment, keyEnvironment, setEnvironment } from '../../local/environment.ts'
import { REGION } from '../../local/gateway/lambda-context.ts'
import type { Running } from '../../local/running.ts'
import { startS3Server } from '../../local/s3/server.ts'
import { randomFrom } from '../../local/seeded-random.ts'
import { createQueues, type QueueUrls, startQueueServer } from '../../local/sqs/queues.ts'
import { newToken } from '../../shared/platform/tokens/create.ts'
import { type EventRecorder, recordEvents } from './events.ts'
import { createFaultPlan, FAULTS, type FaultKind } from './faults.ts'
import { type Fleet, startFleet } from './fleet.ts'
import { createLedger, type WriteLedger } from './ledger.ts'
import { forward, startProxy } from './proxy.ts'
import { delayMessages, duplicateMessages, isSendBatch, shortenDelays } from './queue-faults.ts'
import { signAgain } from './sign-again.ts'

export const BUCKET = 'groundwork'

/** Number of injected faults by kind. */
export type FaultCounts = Record<(typeof FAULTS)[number] | 'doubled' | 'delayed messages', number>

/** Servers in this process, functions in other processes, and fault-injecting proxies between them. */
export interface Testbed {
  readonly s3: S3Client
  readonly sqs: SQSClient
  /** URLs of the queues on the server, not on the proxy. */
  readonly queues: QueueUrls
  readonly fleet: Fleet
  readonly ledger: WriteLedger
  readonly events: EventRecorder
  readonly faults: FaultCounts
  /** Starts the fault injection. */
  enableFaults(): void
  /** Stops the fault injection. */
  disableFaults(): void
  stop(): Promise<void>
}

export interface TestbedOptions {
  /** Where the S3 server keeps everything; must be empty. */
  readonly directory: string
  readonly seed: number
  /** Number of processes that run the functions. */
  readonly processes: number
  /** Timeout of workers. The messages of a killed worker are redelivered a second later. */
  readonly workerSeconds: number
}

/** Starts the testbed without fault injection. */
export async function startTestbed({ directory, seed, processes, workerSeconds }: TestbedOptions): Promise<Testbed> {
  const credentials = await openCredentials(directory)
  const keys = keyEnvironment(credentials)
  setEnvironment({ ...awsEnvironment({}), ...keys, AWS_ENDPOINT_URL_S3: undefined, AWS_ENDPOINT_URL_SQS: undefined })
  const parts: { stop(): Promise<unknown> }[] = []
  const keep = <Part extends { stop(): Promise<unknown> }>(part: Part): Part => {
    parts.push(part)
    return part
  }
  const s3Server = keep(await startS3Server({ directory, credentials, port: 0, region: REGION }))
  const sqsServer = keep(await startQueueServer({ credentials }))
  const s3 = new S3Client({ endpoint: s3Server.url, forcePathStyle: true, region: REGION })
  const sqs = new SQSClient({ endpoint: sqsServer.url, region: REGION })
  await createBucket(s3Server.url, BUCKET)
  const token = newToken()
  await setDevToken(token, s3Server.url, BUCKET)
  const queues = await createQueues(sqs, sqsServer.url, { visibilitySeconds: 1, maxReceives: 5 })

  const faults = Object.fromEntries([...FAULTS, 'doubled', 'delayed messages'].map((kind) => [kind, 0])) as FaultCounts
  const ledger = createLedger(BUCKET)
  const events = recordEvents(queues.events)
  const state = { hasFaults: false }
  const s3Proxy = keep(await startS3Proxy(s3Server.url, seed, state, faults, ledger))
  const sqsProxy = keep(await startSqsProxy(sqsServer.url, credentials, seed, state, faults, events))
  const proxied = Object.fromEntries(
    Object.entries(queues).map(([name, url]) => [name, new URL(new URL(url).pathname, sqsProxy.url).href]),
  ) as QueueUrls // it has the same keys
  const environment = { ...keys, ...functionEnvironment({ s3: s3Proxy.url, sqs: sqsProxy.url }, BUCKET, proxied) }
  const fleetEnvironment = {
    ...environment,
    ...pollEnvironment(proxied),
    SOAK_WORKER_SECONDS: String(workerSeconds),
    POWERTOOLS_LOG_LEVEL: process.env.POWERTOOLS_LOG_LEVEL ?? 'SILENT',
  }
  const fleet = keep(await startFleet(processes, token, fleetEnvironment, randomFrom(seed, 'clocks')))
  return {
    s3,
    sqs,
    queues,
    fleet,
    ledger,
    events,
    faults,
    enableFaults: () => {
      state.hasFaults = true
    },
    disableFaults: () => {
      state.hasFaults = false
    },
    stop: async () => {
      for (const part of parts.splice(0).toReversed()) await part.stop()
      s3.destroy()
      sqs.destroy()
    },
  }
}

/** Returns the queue URLs in the variables that `functions-process.ts` reads. */
const pollEnvironment = (queues: QueueUrls) => ({
  SOAK_TASKS_QUEUE_URL: queues.tasks,
  SOAK_CHUNKS_QUEUE_URL: queues.chunks,
  SOAK_TEST_IMAGES_QUEUE_URL: queues['test-images'],
  SOAK_EVENTS_QUEUE_URL: queues.events,
  SOAK_DELIVERIES_QUEUE_URL: queues.deliveries,
  SOAK_DEAD_LETTER_QUEUE_URL: queues['dead-letter'],
})

function startS3Proxy(
  target: string,
  seed: number,
  state: { hasFaults: boolean },
  faults: FaultCounts,
  ledger: WriteLedger,
): Promise<Running> {
  const plan = createFaultPlan(randomFrom(seed, 's3'), Date.now)
  return startProxy({
    target,
    fault: ({ method, headers }) => {
      const isConditional = headers['if-none-match'] !== undefined || headers['if-match'] !== undefined
      const kind = state.hasFaults ? plan({ method, isConditional }) : undefined
      if (kind) faults[kind] += 1
      return kind
    },
    answered: ledger.record,
  })
}

function startSqsProxy(
  target: string,
  credentials: Credentials,
  seed: number,
  state: { hasFaults: boolean },
  faults: FaultCounts,
  events: EventRecorder,
): Promise<Running> {
  const random = randomFrom(seed, 'sqs')
  return startProxy({
    target,
    // After a lost response, senders retry and receivers wait, so messages arrive twice or late.
    fault: () => {
      if (!state.hasFaults || !random.chance(0.02)) return undefined
      const kind = random.pick<FaultKind>(['dropped', 'dropped-after'])
      faults[kind] += 1
      return kind
    },
    rewrite: async (original) => {
      if (!isSendBatch(original)) return original
      const request = { ...original, body: shortenDelays(original) }
      if (!state.hasFaults) return await signAgain(request, request.body, credentials)
      const again = duplicateMessages(request, random)
      faults.doubled += again?.count ?? 0
      if (again) forward(await signAgain(request, again.body, credentials), target).catch(() => undefined)
      faults['delayed messages'] += 1
      return await signAgain(request, delayMessages(request, random), credentials)
    },
    answered: (request, status) => {
      if (isSendBatch(request)) events.record(request, status)
    },
  })
}
