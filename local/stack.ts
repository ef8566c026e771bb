import { join } from 'node:path'
import { SQSClient } from '@aws-sdk/client-sqs'
import type { Ports } from '../shared/platform/ports.ts'
import { newToken } from '../shared/platform/tokens/create.ts'
import { createBucket } from './bucket.ts'
import { setDevToken } from './dev-token.ts'
import { awsEnvironment, functionEnvironment, givenServers, setEnvironment } from './environment.ts'
import { publish, type RuleFunction } from './event-bus.ts'
import { findFunctions } from './functions.ts'
import { startGateway } from './gateway/gateway.ts'
import { REGION } from './gateway/lambda-context.ts'
import { boxesOfBatches } from './labeling-service/known-boxes-of-batches.ts'
import { startGroundTruthServer } from './labeling-service/server.ts'
import type { GroundTruthOptions } from './labeling-service/settings.ts'
import { resumeDeliveries } from './recovery/resume-deliveries.ts'
import { resumeTestImages } from './recovery/resume-test-images.ts'
import type { OnLog, Running } from './running.ts'
import { startS3Server } from './s3/server.ts'
import { startPoller, type WorkerFunction } from './sqs/poller.ts'
import { createQueues, startQueueServer } from './sqs/queues.ts'

/** Groundwork as it runs on this machine. */
export interface Stack {
  /** Addresses of the API and of its S3 and SQS: `http://127.0.0.1:3000` */
  readonly api: string
  readonly s3: string
  readonly sqs: string
  /** Address of the labeling service. */
  readonly labeling: string
  /** The working bucket. */
  readonly bucket: string
  /** What the API asks for: it allows everything. */
  readonly token: string
  stop(): Promise<void>
}

export interface StackOptions {
  /** Where S3 keeps its objects; a stack started on it again finds them. */
  readonly directory: string
  /** The token that opens the API, kept as `dev` in place of the last one; made up without it. */
  readonly token?: string
  /** The API's port; 0, the default, for any that is free. */
  readonly port?: number
  /** After so many seconds a message that failed comes again: 30. */
  readonly visibilitySeconds?: number
  /** A message that failed so often is given up: 5. */
  readonly maxReceives?: number
  /** How fast the simulated workers of the labeling service are, and what they do wrong. */
  readonly labeling?: Pick<GroundTruthOptions, 'pace' | 'workers'>
  /** Told why calls failed; without it the functions' own logs are silent as well. */
  readonly onLog?: OnLog
}

let started = false

/**
 * Starts everything and imports the functions. AWS_ENDPOINT_URL_S3, AWS_ENDPOINT_URL_SQS and
 * AWS_ENDPOINT_URL_SAGEMAKER name servers to use instead of our own. It sets this process's environment, which functions read once: a process has one stack in its
 * life.
 *
 * Queues are in memory, so messages on their way are gone after a restart, and nothing else is: all state is in S3, and
 * work that had not ended stays as it was until its POST is sent again, which re-sends what has no receipt. Deliveries
 * to webhooks and test images go on by themselves, and so do events that had come to be announced. An event that still
 * waited in its queue is not told any more.
 * @throws Error with `code` `EADDRINUSE` when the port is taken, before anything else is touched
 */
export async function startStack(options: StackOptions): Promise<Stack> {
  if (started) throw new Error('a process has one stack in its life: start another process')
  started = true
  const parts: Pick<Running, 'stop'>[] = []
  // Last started, first stopped: no worker outlives its queue.
  const stop = async () => {
    for (const part of parts.splice(0).toReversed()) await part.stop()
  }
  try {
    return { ...(await startParts(options, parts)), stop }
  } catch (error) {
    await stop()
    throw error
  }
}

async function startParts(options: StackOptions, parts: Pick<Running, 'stop'>[]): Promise<Omit<Stack, 'stop'>> {
  const { directory, port = 0, visibilitySeconds = 30, maxReceives = 5, onLog = () => {} } = options
  const keep = <Part extends Pick<Running, 'stop'>>(part: Part): Part => {
    parts.push(part)
    return part
  }
  await (await startGateway({ endpoints: [], port })).stop()
  const given = givenServers(process.env)
  const bucket = process.env.GROUNDWORK_BUCKET || 'groundwork'
  const logLevel = process.env.POWERTOOLS_LOG_LEVEL ?? (options.onLog ? 'INFO' : 'SILENT')
  setEnvironment({ ...awsEnvironment(process.env), POWERTOOLS_LOG_LEVEL: logLevel })

  const s3 = given.s3 ?? keep(await startS3Server({ directory, port: 0, region: REGION })).url
  const sqs = given.sqs ?? keep(await startQueueServer()).url
  const client = new SQSClient({ endpoint: sqs })
  keep({ stop: async () => client.destroy() })
  const [queues] = await Promise.all([
    createQueues(client, sqs, { visibilitySeconds, maxReceives }),
    createBucket(s3, bucket),
  ])
  const token = options.token ?? newToken()
  await setDevToken(token, s3, bucket)

  let rules: readonly RuleFunction[] | undefined
  const onStateChange: GroundTruthOptions['onStateChange'] = async (event) => {
    // A job may have ended before the last stop: it is told again.
    if (!rules) throw new Error('the functions are not there yet')
    await publish(event, rules, onLog)
  }
  const labeling =
    given.labeling ??
    keep(
      await startGroundTruthServer({
        ...options.labeling,
        s3,
        directory: join(directory, 'ground-truth'),
        knownBoxes: boxesOfBatches(s3),
        onStateChange,
      }),
    ).url
  setEnvironment(functionEnvironment({ s3, sqs, labeling }, bucket, queues))
  const functions = await findFunctions()
  const { endpoints, workers } = functions
  const api = keep(await startGateway({ endpoints, port, onLog })).url
  // Functions read their environment when they are first called.
  setEnvironment({ GROUNDWORK_API_URL: process.env.GROUNDWORK_API_URL || api })
  rules = functions.rules
  const pollers: Pick<Running, 'stop'>[] = []
  keep({ stop: async () => void (await Promise.all(pollers.map((poller) => poller.stop()))) })
  const poll = async (called: WorkerFunction) =>
    pollers.push(await startPoller(called, client, queues[called.worker.queue], onLog))
  await Promise.all(workers.map(poll))
  // As functions do, it reads the environment when it is loaded.
  const { awsPorts } = await import('../shared/platform/aws/aws-ports.ts')
  const resume = async (what: string, act: (ports: Ports) => Promise<void>): Promise<void> => {
    await act(awsPorts('start')).catch((error: unknown) => onLog(`${what} could not be sent on`, error))
  }
  const resuming = given.sqs ? [] : [resume('deliveries', resumeDeliveries), resume('test images', resumeTestImages)]
  keep({ stop: async () => void (await Promise.all(resuming)) })
  return { api, s3, sqs, labeling, bucket, token }
}
