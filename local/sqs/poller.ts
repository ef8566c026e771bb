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

const MOST_MESSAGES = 10
const LONG_POLL_SECONDS = 20
const GRACE_MILLISECONDS = 3000

/** A worker with its Lambda function. */
export interface WorkerFunction extends LambdaFunction<SQSEvent> {
  readonly worker: Pick<Worker, 'queue' | 'batchSize' | 'concurrency' | 'timeoutSeconds'>
}

interface Queue {
  readonly client: SQSClient
  readonly url: string
  readonly arn: string
  /** Seconds after which a message that failed comes again. */
  readonly visibility: number
}

/**
 * Brings a queue's messages to its worker as Lambda's event source mapping does, several calls at once where the
 * worker allows it, and takes away those that were dealt with. AWS wants a visibility timeout longer than the worker's
 * time; here each receive asks for as much, and what failed is put back to the queue's own timeout.
 * @throws Error when the queue does not exist
 */
export async function startPoller(
  called: WorkerFunction,
  client: SQSClient,
  queueUrl: string,
  onLog: OnLog = () => {},
): Promise<Pick<Running, 'stop'>> {
  const names = ['QueueArn', 'VisibilityTimeout'] as const
  const { Attributes = {} } = await client.send(
    new GetQueueAttributesCommand({ QueueUrl: queueUrl, AttributeNames: [...names] }),
  )
  const visibility = Number(Attributes.VisibilityTimeout ?? 30)
  const queue = { client, url: queueUrl, arn: Attributes.QueueArn ?? '', visibility }
  const stopping = new AbortController()
  const calls = new Set<Promise<void>>()
  const polling = poll(called, queue, calls, stopping.signal, onLog)
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

/** Runs until it is stopped; `calls` are those that are under way. */
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
      const call = bring(called, queue, messages, onLog).finally(() => calls.delete(call))
      calls.add(call)
    } catch (error) {
      if (stopping.aborted) return
      onLog(`${called.name}: cannot receive from ${queue.url}`, error)
      await delay(1000, undefined, { signal: stopping }).catch(() => {})
    }
  }
}

async function receive({ worker }: WorkerFunction, queue: Queue, stopping: AbortSignal): Promise<readonly Message[]> {
  const command = new ReceiveMessageCommand({
    QueueUrl: queue.url,
    MaxNumberOfMessages: Math.min(worker.batchSize, MOST_MESSAGES),
    WaitTimeSeconds: LONG_POLL_SECONDS,
    VisibilityTimeout: worker.timeoutSeconds + queue.visibility,
    MessageSystemAttributeNames: ['All'],
    MessageAttributeNames: ['All'],
  })
  const { Messages = [] } = await queue.client.send(command, { abortSignal: stopping })
  return Messages
}

/** One call of the worker and what follows from it. Never throws: what could not be taken away comes again. */
async function bring(called: WorkerFunction, queue: Queue, messages: readonly Message[], onLog: OnLog): Promise<void> {
  const outcome = await invoke(called, toSqsEvent(messages, queue.arn), called.worker.timeoutSeconds * 1000)
  if (outcome.kind !== 'answered')
    onLog(`${called.name}: ${outcome.kind}`, outcome.kind === 'failed' ? outcome.error : undefined)
  const failed = failedMessages(outcome, messages)
  const done = messages.filter((message) => !failed.includes(message))
  try {
    await Promise.all([remove(queue, done), putBack(queue, failed)])
  } catch (error) {
    onLog(`${called.name}: cannot settle messages of ${queue.url}`, error)
  }
}

async function remove({ client, url }: Queue, messages: readonly Message[]): Promise<void> {
  if (messages.length === 0) return
  await client.send(new DeleteMessageBatchCommand({ QueueUrl: url, Entries: entriesOf(messages) }))
}

async function putBack({ client, url, visibility }: Queue, messages: readonly Message[]): Promise<void> {
  if (messages.length === 0) return
  const entries = entriesOf(messages).map((entry) => ({ ...entry, VisibilityTimeout: visibility }))
  await client.send(new ChangeMessageVisibilityBatchCommand({ QueueUrl: url, Entries: entries }))
}

const entriesOf = (messages: readonly Message[]) =>
  messages.map(({ ReceiptHandle }, at) => ({ Id: String(at), ReceiptHandle }))
