import { S3Client } from '@aws-sdk/client-s3'
import { SQSClient } from '@aws-sdk/client-sqs'
import { createBucket } from '../../local/bucket.ts'
import { setDevToken } from '../../local/dev-token.ts'
import { awsEnvironment, functionEnvironment, setEnvironment } from '../../local/environment.ts'
import { REGION } from '../../local/gateway/lambda-context.ts'
import type { Running } from '../../local/running.ts'
import { startS3Server } from '../../local/s3/server.ts'
import { createQueues, type QueueUrls, startQueueServer } from '../../local/sqs/queues.ts'
import { newToken } from '../../shared/platform/tokens/create.ts'
import { type EventWatch, watchEvents } from './events.ts'
import { FAULTS, type FaultKind, faultPlan } from './faults.ts'
import { type Fleet, startFleet } from './fleet.ts'
import { type Ledger, openLedger } from './ledger.ts'
import { forward, startProxy } from './proxy.ts'
import { delayingSome, doublingSome, isSending } from './queue-faults.ts'
import { randomFrom } from './random.ts'

export const BUCKET = 'groundwork'

/** How often each kind of fault was made. */
export type FaultCounts = Record<(typeof FAULTS)[number] | 'doubled' | 'delayed messages', number>

/** Servers in this process, functions in others, and between them what loses, repeats and breaks. */
export interface Stand {
  readonly s3: S3Client
  readonly sqs: SQSClient
  /** Addresses of the queues on the server itself. */
  readonly queues: QueueUrls
  readonly fleet: Fleet
  readonly ledger: Ledger
  readonly events: EventWatch
  readonly faults: FaultCounts
  /** From now on something goes wrong between them. */
  disturb(): void
  /** From now on nothing does. */
  calm(): void
  stop(): Promise<void>
}

export interface StandOptions {
  /** Where the S3 server keeps everything; must be empty. */
  readonly directory: string
  readonly seed: number
  /** How many processes run the functions. */
  readonly processes: number
  /** How long a worker may take: what died comes again a second later. */
  readonly workerSeconds: number
}

/** Starts it, with everything going right. */
export async function startStand({ directory, seed, processes, workerSeconds }: StandOptions): Promise<Stand> {
  setEnvironment({ ...awsEnvironment({}), AWS_ENDPOINT_URL_S3: undefined, AWS_ENDPOINT_URL_SQS: undefined })
  const parts: { stop(): Promise<unknown> }[] = []
  const keep = <Part extends { stop(): Promise<unknown> }>(part: Part): Part => {
    parts.push(part)
    return part
  }
  const s3Server = keep(await startS3Server({ directory, port: 0, region: REGION }))
  const sqsServer = keep(await startQueueServer())
  const s3 = new S3Client({ endpoint: s3Server.url, forcePathStyle: true, region: REGION })
  const sqs = new SQSClient({ endpoint: sqsServer.url, region: REGION })
  await createBucket(s3Server.url, BUCKET)
  const token = newToken()
  await setDevToken(token, s3Server.url, BUCKET)
  const queues = await createQueues(sqs, sqsServer.url, { visibilitySeconds: 1, maxReceives: 5 })

  const faults = Object.fromEntries([...FAULTS, 'doubled', 'delayed messages'].map((kind) => [kind, 0])) as FaultCounts
  const ledger = openLedger(BUCKET)
  const events = watchEvents(queues.events)
  const state = { isDisturbed: false }
  const s3Proxy = keep(await disturbingS3(s3Server.url, seed, state, faults, ledger))
  const sqsProxy = keep(await disturbingSqs(sqsServer.url, seed, state, faults, events))
  const proxied = Object.fromEntries(
    Object.entries(queues).map(([name, url]) => [name, new URL(new URL(url).pathname, sqsProxy.url).href]),
  ) as QueueUrls // the same names
  const environment = functionEnvironment({ s3: s3Proxy.url, sqs: sqsProxy.url }, BUCKET, proxied)
  const fleet = await startFleet(processes, token, {
    ...environment,
    ...pollEnvironment(proxied),
    SOAK_WORKER_SECONDS: String(workerSeconds),
    POWERTOOLS_LOG_LEVEL: 'SILENT',
  })
  keep(fleet)
  return {
    s3,
    sqs,
    queues,
    fleet,
    ledger,
    events,
    faults,
    disturb: () => {
      state.isDisturbed = true
    },
    calm: () => {
      state.isDisturbed = false
    },
    stop: async () => {
      for (const part of parts.splice(0).toReversed()) await part.stop()
      s3.destroy()
      sqs.destroy()
    },
  }
}

/** Where the processes' pollers find the queues. */
const pollEnvironment = (queues: QueueUrls) => ({
  SOAK_TASKS_QUEUE_URL: queues.tasks,
  SOAK_CHUNKS_QUEUE_URL: queues.chunks,
  SOAK_TEST_IMAGES_QUEUE_URL: queues['test-images'],
  SOAK_EVENTS_QUEUE_URL: queues.events,
  SOAK_DELIVERIES_QUEUE_URL: queues.deliveries,
  SOAK_GIVEN_UP_QUEUE_URL: queues['dead-letter'],
})

function disturbingS3(
  target: string,
  seed: number,
  state: { isDisturbed: boolean },
  faults: FaultCounts,
  ledger: Ledger,
): Promise<Running> {
  const plan = faultPlan(randomFrom(seed, 's3'), Date.now)
  return startProxy({
    target,
    fault: ({ method, headers }) => {
      const isConditional = headers['if-none-match'] !== undefined || headers['if-match'] !== undefined
      const kind = state.isDisturbed ? plan({ method, isConditional }) : undefined
      if (kind) faults[kind] += 1
      return kind
    },
    answered: ledger.note,
  })
}

function disturbingSqs(
  target: string,
  seed: number,
  state: { isDisturbed: boolean },
  faults: FaultCounts,
  events: EventWatch,
): Promise<Running> {
  const random = randomFrom(seed, 'sqs')
  return startProxy({
    target,
    // Lost answers make senders repeat, and receivers wait: the same messages come twice, or late.
    fault: () => {
      if (!state.isDisturbed || !random.chance(0.02)) return undefined
      const kind = random.pick<FaultKind>(['dropped', 'dropped-after'])
      faults[kind] += 1
      return kind
    },
    rewrite: (request) => {
      if (!state.isDisturbed || !isSending(request)) return request.body
      const again = doublingSome(request, random)
      faults.doubled += again?.count ?? 0
      if (again) forward({ ...request, body: again.body }, target).catch(() => undefined)
      faults['delayed messages'] += 1
      return delayingSome(request, random)
    },
    answered: (request, status) => {
      if (isSending(request)) events.note(request, status)
    },
  })
}
