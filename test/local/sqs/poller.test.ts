import { setTimeout as delay } from 'node:timers/promises'
import {
  GetQueueAttributesCommand,
  SendMessageBatchCommand,
  SendMessageCommand,
  SetQueueAttributesCommand,
  SQSClient,
} from '@aws-sdk/client-sqs'
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from '@jest/globals'
import type { SQSEvent } from 'aws-lambda'
import * as z from 'zod'
import type { Running } from '../../../local/running.ts'
import { startPoller, type WorkerFunction } from '../../../local/sqs/poller.ts'
import { createQueues, type QueueUrls, startQueueServer } from '../../../local/sqs/queues.ts'
import { queueLambda, worker } from '../../../shared/platform/queue/worker.ts'
import { CREDENTIALS } from '../../support/credentials.ts'
import { memoryPorts } from '../../support/world/ports.ts'

let server: Running
let client: SQSClient
let queues: QueueUrls
const pollers: Pick<Running, 'stop'>[] = []

beforeAll(() => {
  process.env.AWS_REGION = 'us-east-1'
})
beforeEach(async () => {
  server = await startQueueServer({ credentials: CREDENTIALS })
  client = new SQSClient({ endpoint: server.url, region: 'us-east-1', credentials: CREDENTIALS })
  queues = await createQueues(client, server.url, { visibilitySeconds: 1, maxReceives: 2 })
})
afterEach(async () => {
  await Promise.all(pollers.splice(0).map((poller) => poller.stop()))
  client.destroy()
  await server.stop()
})
afterAll(() => {
  delete process.env.AWS_REGION
})

const declared = { queue: 'chunks', batchSize: 10, concurrency: 1, timeoutSeconds: 5, permissions: [] } as const

async function listen(
  handler: WorkerFunction['handler'],
  changes: Partial<WorkerFunction['worker']> = {},
): Promise<void> {
  const called = { name: 'work', worker: { ...declared, ...changes }, handler }
  pollers.push(await startPoller(called, client, queues[called.worker.queue]))
}

async function send(...bodies: string[]): Promise<void> {
  const Entries = bodies.map((MessageBody, at) => ({ Id: String(at), MessageBody }))
  await client.send(new SendMessageBatchCommand({ QueueUrl: queues.chunks, Entries }))
}

/** Returns the number of visible messages and of messages in flight. */
async function left(queue: keyof QueueUrls): Promise<number[]> {
  const names = ['ApproximateNumberOfMessages', 'ApproximateNumberOfMessagesNotVisible'] as const
  const command = new GetQueueAttributesCommand({ QueueUrl: queues[queue], AttributeNames: [...names] })
  const { Attributes = {} } = await client.send(command)
  return names.map((name) => Number(Attributes[name]))
}

/** Waits until a condition is true, or throws after the timeout. */
async function eventually(holds: () => boolean | Promise<boolean>, milliseconds = 4000): Promise<void> {
  const end = Date.now() + milliseconds
  while (!(await holds())) {
    if (Date.now() > end) throw new Error('it did not come to hold')
    await delay(20)
  }
}

const settled = (queue: keyof QueueUrls) => eventually(async () => (await left(queue)).every((count) => count === 0))
const bodies = ({ Records }: SQSEvent): string[] => Records.map(({ body }) => body)

describe('the SQS event', () => {
  it('contains all attributes of each message', async () => {
    const events: SQSEvent[] = []
    await listen((event) => void events.push(event))
    const attributes = {
      kind: { DataType: 'String', StringValue: 'é' },
      raw: { DataType: 'Binary', BinaryValue: Buffer.of(255) },
    }
    const command = new SendMessageCommand({
      QueueUrl: queues.chunks,
      MessageBody: '{"a":1}',
      MessageAttributes: attributes,
    })
    const { MessageId } = await client.send(command)
    await eventually(() => events.length > 0)
    expect(events[0]?.Records).toEqual([
      {
        messageId: MessageId,
        receiptHandle: expect.stringMatching(/.+/),
        body: '{"a":1}',
        attributes: {
          ApproximateReceiveCount: '1',
          SentTimestamp: expect.stringMatching(/^\d{13}$/),
          ApproximateFirstReceiveTimestamp: expect.stringMatching(/^\d{13}$/),
          SenderId: expect.any(String),
        },
        messageAttributes: {
          kind: { stringValue: 'é', stringListValues: [], binaryListValues: [], dataType: 'String' },
          raw: { binaryValue: '/w==', stringListValues: [], binaryListValues: [], dataType: 'Binary' },
        },
        md5OfBody: 'bb6cb5c68df4652941caf652a366f2d8',
        md5OfMessageAttributes: expect.stringMatching(/^[0-9a-f]{32}$/),
        eventSource: 'aws:sqs',
        eventSourceARN: expect.stringMatching(/^arn:aws:sqs:us-east-1:\d{12}:groundwork-chunks$/),
        awsRegion: 'us-east-1',
      },
    ])
    await settled('chunks')
  })

  it('contains at most the batch size of the worker', async () => {
    await send('1', '2', '3', '4', '5')
    const sizes: number[] = []
    await listen(({ Records }) => void sizes.push(Records.length), { batchSize: 2 })
    await settled('chunks')
    expect(sizes).toEqual([2, 2, 1])
  })
})

describe('messages', () => {
  it('are redelivered after the visibility timeout only if they are reported as failed', async () => {
    const calls: { at: number; bodies: string[]; counts: string[] }[] = []
    await listen((event) => {
      const counts = event.Records.map(({ attributes }) => attributes.ApproximateReceiveCount)
      calls.push({ at: Date.now(), bodies: bodies(event), counts })
      const failed = calls.length === 1 ? event.Records.filter(({ body }) => body === 'bad') : []
      return { batchItemFailures: failed.map(({ messageId }) => ({ itemIdentifier: messageId })) }
    })
    await send('good', 'bad', 'fine')
    await eventually(() => calls.length === 2)
    await settled('chunks')
    expect(calls.map((call) => call.bodies)).toEqual([['good', 'bad', 'fine'], ['bad']])
    expect(calls[1]?.counts).toEqual(['2'])
    const waited = (calls[1]?.at ?? 0) - (calls[0]?.at ?? 0)
    expect(waited).toBeGreaterThanOrEqual(900)
    expect(waited).toBeLessThan(2000)
  })

  it('move to the dead-letter queue after the last receive, and reach its worker', async () => {
    const atOnce = { QueueUrl: queues.chunks, Attributes: { VisibilityTimeout: '0' } }
    await client.send(new SetQueueAttributesCommand(atOnce))
    const lost: string[] = []
    let tries = 0
    const give = worker(
      { ...declared, queue: 'dead-letter', summary: '', message: z.object({ what: z.string() }) },
      async ({ what }) => void lost.push(what),
    )
    const fail = worker({ ...declared, summary: '', message: z.unknown() }, async () => {
      tries += 1
      throw new Error('never')
    })
    await listen(
      queueLambda(give, () => memoryPorts()),
      give,
    )
    await listen(
      queueLambda(fail, () => memoryPorts()),
      fail,
    )
    await send(JSON.stringify({ what: 'this', requestId: 'r' }))
    await eventually(() => lost.length > 0)
    expect([lost, tries]).toEqual([['this'], 2])
    await settled('chunks')
    await settled('dead-letter')
  })

  it.each<[string, WorkerFunction['handler'], number?]>([
    [
      'throws',
      () => {
        throw new Error('broken')
      },
    ],
    ['times out', () => delay(5000, undefined, { ref: false }), 0.05],
    ['names an unknown message', () => ({ batchItemFailures: [{ itemIdentifier: 'other' }] })],
    [
      'reports a failure without a message id',
      ({ Records: [first] }) => ({ batchItemFailures: [{ itemIdentifier: first?.messageId }, { itemIdentifier: '' }] }),
    ],
    ['returns a malformed failure', () => ({ batchItemFailures: [{ messageId: 'x' }] })],
    ['returns text', () => 'done'],
  ])('are all redelivered when the worker %s', async (_what, handler, timeoutSeconds = 5) => {
    let calls = 0
    await listen(
      (event, context) => {
        calls += 1
        return handler(event, context)
      },
      { timeoutSeconds },
    )
    await send('a', 'b')
    await eventually(() => calls === 1)
    await delay(60)
    expect(await left('chunks')).toEqual([0, 2])
  })

  it.each([[undefined], [null], [{}], [{ batchItemFailures: null }], [{ batchItemFailures: [] }]])(
    'are done with when the worker answers %j',
    async (value) => {
      await listen(() => value)
      await send('a', 'b')
      await settled('chunks')
    },
  )

  it('are not redelivered while a call runs longer than the visibility timeout', async () => {
    const calls: string[][] = []
    await listen(
      async (event) => {
        calls.push(bodies(event))
        await delay(1300)
      },
      { concurrency: 2 },
    )
    await send('slow')
    await delay(100)
    await settled('chunks')
    expect(calls).toEqual([['slow']])
  })
})

describe('a worker', () => {
  it('runs at most as many concurrent calls as it allows', async () => {
    let now = 0
    let most = 0
    await send('1', '2', '3', '4', '5', '6', '7')
    await listen(
      async () => {
        now += 1
        most = Math.max(most, now)
        await delay(60)
        now -= 1
      },
      { batchSize: 1, concurrency: 3 },
    )
    await settled('chunks')
    expect(most).toBe(3)
  })

  it('stops immediately when idle, and waits for a call in flight', async () => {
    let ended = false
    await listen(async () => {
      await delay(200)
      ended = true
    })
    await send('a')
    await eventually(async () => (await left('chunks'))[1] === 1)
    await pollers.pop()?.stop()
    expect(ended).toBe(true)
    expect(await left('chunks')).toEqual([0, 0])
    await listen(() => undefined)
    // Without a message, a long poll takes 20 seconds.
    const stopped = pollers.pop()?.stop()
    await expect(Promise.race([stopped, delay(15_000, 'still polling', { ref: false })])).resolves.toBeUndefined()
  })

  it('keeps polling after a connection error', async () => {
    const port = Number(new URL(server.url).port)
    const seen: string[] = []
    await listen((event) => void seen.push(...bodies(event)))
    await server.stop()
    await delay(50)
    server = await startQueueServer({ credentials: CREDENTIALS, port })
    queues = await createQueues(client, server.url, { visibilitySeconds: 1, maxReceives: 2 })
    await send('later')
    await eventually(() => seen.length > 0)
    expect(seen).toEqual(['later'])
  })
})

describe('the queues', () => {
  it('are created once; existing queues keep their settings', async () => {
    const again = await createQueues(client, server.url, { visibilitySeconds: 9, maxReceives: 9 })
    expect(again).toEqual(queues)
    const command = new GetQueueAttributesCommand({ QueueUrl: queues.tasks, AttributeNames: ['All'] })
    const { Attributes = {} } = await client.send(command)
    expect(Attributes.VisibilityTimeout).toBe('1')
    expect(JSON.parse(Attributes.RedrivePolicy ?? '')).toMatchObject({ maxReceiveCount: 2 })
  })

  it.each(['events', 'deliveries'] as const)('have no redrive policy for %s', async (queue) => {
    const command = new GetQueueAttributesCommand({ QueueUrl: queues[queue], AttributeNames: ['All'] })
    expect((await client.send(command)).Attributes).not.toHaveProperty('RedrivePolicy')
  })
})
