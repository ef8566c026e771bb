import { beforeAll, describe, expect, it } from '@jest/globals'
import type { SQSEvent } from 'aws-lambda'
import * as z from 'zod'
import { lambdaContext } from '../../../local/gateway/lambda-context.ts'
import { MESSAGE_VERSION, VERSION_ATTRIBUTE } from '../../../shared/platform/queue/message-version.ts'
import { queueLambda, worker } from '../../../shared/platform/queue/worker.ts'
import { memoryPorts } from '../../support/world/ports.ts'

beforeAll(() => {
  process.env.AWS_REGION ??= 'us-east-1'
})

/** Delivers a message with this version to a worker. @returns what the worker got, and the messages that SQS redelivers */
async function deliver(version: string | undefined, body: object = { requestId: 'r', n: 1 }) {
  const got: unknown[] = []
  const declaration = {
    queue: 'tasks',
    batchSize: 1,
    concurrency: 1,
    timeoutSeconds: 5,
    permissions: [],
    summary: 'Count',
  } as const
  const Message = z.object({ requestId: z.string(), n: z.int() })
  const counting = worker({ ...declaration, message: Message }, async (message) => void got.push(message))
  const messageAttributes = version === undefined ? {} : { [VERSION_ATTRIBUTE]: { stringValue: version } }
  const event = { Records: [{ messageId: 'm', body: JSON.stringify(body), messageAttributes }] } as unknown as SQSEvent
  const { batchItemFailures } = await queueLambda(counting, () => memoryPorts())(event, lambdaContext('test', 5000))
  return { got, redelivered: batchItemFailures.map(({ itemIdentifier }) => itemIdentifier) }
}

describe('the version of a message', () => {
  it.each([undefined, '1', String(MESSAGE_VERSION)])('is understood when it is %s', async (version) => {
    expect(await deliver(version)).toEqual({ got: [{ requestId: 'r', n: 1 }], redelivered: [] })
  })

  it.each([String(MESSAGE_VERSION + 1), '0', 'next'])('leads to redelivery when it is %s', async (version) => {
    expect(await deliver(version)).toEqual({ got: [], redelivered: ['m'] })
  })

  it('may be the same although the message has a field that only a newer worker knows', async () => {
    expect((await deliver('1', { requestId: 'r', n: 1, more: true })).got).toEqual([{ requestId: 'r', n: 1 }])
  })

  it('does not matter for a message of another form: it is redelivered, never dropped', async () => {
    expect(await deliver('1', { requestId: 'r', task: 'unknown' })).toEqual({ got: [], redelivered: ['m'] })
  })
})
