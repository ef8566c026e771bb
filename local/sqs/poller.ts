import { setTimeout as delay } from 'node:timers/promises'
import {
  ChangeMessageVisibilityBatchCommand,
  DeleteMessageBatchCommand,
  GetQueueAttributesCommand,
  type Message,
  ReceiveMessageCommand,
  type SQSClient,
} from '@aws-sdk/client-sqs'
import type { SQSEvent } from 'aws-lambda'
import type { Worker } from '../../shared/platform/queue/worker.ts'
import { invoke, type LambdaFunction } from '../gateway/invoke.ts'
import type { OnLog, Running } from '../running.ts'
import { failedMessages, toSqsEvent } from './event.ts'

const MAX_MESSAGES = 10
const LONG_POLL_SECONDS = 20
const GRACE_MILLISECONDS = 3000

/** A worker and its Lambda function. */
export interface WorkerFunction extends LambdaFunction<SQSEvent> {
  readonly worker: Pick<Worker, 'queue' | 'batchSize' | 'concurrency' | 'timeoutSeconds'>
}

interface Queue {
  readonly client: SQSClient
  readonly url: string
  readonly arn: string
  /** Visibility timeout after which a failed message is redelivered. */
  readonly visibilitySeconds: number
}

/**
 * Polls a queue and invokes its worker, as an event source mapping of Lambda does, with as many concurrent calls as the
 * worker allows. Deletes the messages that were processed. AWS requires a visibility timeout longer than the worker's
 * timeout; here each receive sets one, and failed messages are reset to the visibility timeout of the queue.
 * @throws Error when the queue does not exist
 */
export async function startPoller(
  target: WorkerFunction,
  client: SQSClient,
  queueUrl: string,
  onLog: OnLog = () => {},
): Promise<Pick<Running, 'stop'>> {
  const names = ['QueueArn', 'VisibilityTimeout'] as const
  const { Attributes = {} } = await client.send(
    new GetQueueAttributesCommand({ QueueUrl: queueUrl, AttributeNames: [...names] }),
  )
  const visibilitySeconds = Number(Attributes.VisibilityTimeout ?? 30)
  const queue = { client, url: queueUrl, arn: Attributes.QueueArn ?? '', visibilitySeconds }
  const stopping = new AbortController()
  const calls = new Set<Promise<void>>()
  const polling = poll(target, queue, calls, stopping.signal, onLog)
  return {
    stop: async () => {
      stopping.abort()
      await polling
      const grace = new AbortController()
      const tooLong = delay(GRACE_MILLISECONDS, undefined, { signal: grace.signal }).catch(() => {})
      await Promise.race([Promise.all(calls), tooLong])
      grace.abort()
    },
  }
}

/** Polls until `stopping` is aborted. `calls` holds the calls in flight. */
async function poll(
  called: WorkerFunction,
  queue: Queue,
  calls: Set<Promise<void>>,
  stopping: AbortSignal,
  onLog: OnLog,
): Promise<void> {
  const stopped = new Promise<void>((resolve) => stopping.addEventListener('abort', () => resolve()))
  while (!stopping.aborted) {
    if (calls.size >= called.worker.concurrency) {
      await Promise.race([...calls, stopped])
      continue
    }
    try {
      const messages = await receive(called, queue, stopping)
      if (messages.length === 0) continue
      const call = processMessages(called, queue, messages, onLog).finally(() => calls.delete(call))
      calls.add(call)
    } catch (error) {
      if (stopping.aborted) return
      onLog(`${called.name}: cannot receive messages from ${queue.url}`, error)
      await delay(1000, undefined, { signal: stopping }).catch(() => {})
    }
  }
}

async function receive({ worker }: WorkerFunction, queue: Queue, stopping: AbortSignal): Promise<readonly Message[]> {
  const command = new ReceiveMessageCommand({
    QueueUrl: queue.url,
    MaxNumberOfMessages: Math.min(worker.batchSize, MAX_MESSAGES),
    WaitTimeSeconds: LONG_POLL_SECONDS,
    VisibilityTimeout: worker.timeoutSeconds + queue.visibilitySeconds,
    MessageSystemAttributeNames: ['All'],
    MessageAttributeNames: ['All'],
  })
  const { Messages = [] } = await queue.client.send(command, { abortSignal: stopping })
  return Messages
}

/** Invokes the worker and settles its messages. Never throws: messages that cannot be deleted are redelivered. */
async function processMessages(
  called: WorkerFunction,
  queue: Queue,
  messages: readonly Message[],
  onLog: OnLog,
): Promise<void> {
  const outcome = await invoke(called, toSqsEvent(messages, queue.arn), called.worker.timeoutSeconds * 1000)
  if (outcome.kind !== 'answered')
    onLog(`${called.name}: ${outcome.kind}`, outcome.kind === 'failed' ? outcome.error : undefined)
  const failed = failedMessages(outcome, messages)
  const done = messages.filter((message) => !failed.includes(message))
  try {
    await Promise.all([deleteMessages(queue, done), returnMessages(queue, failed)])
  } catch (error) {
    onLog(`${called.name}: cannot settle messages of ${queue.url}`, error)
  }
}

async function deleteMessages({ client, url }: Queue, messages: readonly Message[]): Promise<void> {
  if (messages.length === 0) return
  await client.send(new DeleteMessageBatchCommand({ QueueUrl: url, Entries: toEntries(messages) }))
}

async function returnMessages(
  { client, url, visibilitySeconds: visibility }: Queue,
  messages: readonly Message[],
): Promise<void> {
  if (messages.length === 0) return
  const entries = toEntries(messages).map((entry) => ({ ...entry, VisibilityTimeout: visibility }))
  await client.send(new ChangeMessageVisibilityBatchCommand({ QueueUrl: url, Entries: entries }))
}

const toEntries = (messages: readonly Message[]) =>
  messages.map(({ ReceiptHandle }, at) => ({ Id: String(at), ReceiptHandle }))
