import { createHash } from 'node:crypto'
import { afterEach, describe, expect, it } from '@jest/globals'
import { messageBody, planMessageBatches } from '../../../shared/platform/aws/message-batches.ts'
import { sqsMessages } from '../../../shared/platform/aws/sqs-messages.ts'
import { MESSAGE_VERSION } from '../../../shared/platform/queue/message-version.ts'
import { scripted } from './clients.ts'

let stop = async () => {}
afterEach(() => stop())

type Entry = { readonly Id: string; readonly MessageBody: string; readonly MessageAttributes?: object }

const accepted = ({ Id, MessageBody }: Entry) => ({
  Id,
  MessageId: Id,
  MD5OfMessageBody: createHash('md5').update(MessageBody).digest('hex'),
})

/** Starts a queue that refuses the messages with these ids in each request. */
async function queue(refused: (number: number) => readonly string[]) {
  const sent: string[][] = []
  const attributes: unknown[] = []
  const server = await scripted(async (request, response) => {
    let body = ''
    for await (const chunk of request) body += chunk
    const { Entries } = JSON.parse(body) as { Entries: Entry[] } // as the SDK writes it
    sent.push(Entries.map(({ MessageBody }) => MessageBody))
    attributes.push(...Entries.map(({ MessageAttributes }) => MessageAttributes))
    const refusedIds = refused(sent.length)
    const Failed = refusedIds.map((Id) => ({ Id, Code: 'InternalError', SenderFault: false }))
    const Successful = Entries.filter(({ Id }) => !refusedIds.includes(Id)).map(accepted)
    response.setHeader('content-type', 'application/x-amz-json-1.0').end(JSON.stringify({ Successful, Failed }))
  })
  stop = server.stop
  const url = `${server.url}/123456789012/tasks`
  return {
    sent,
    attributes,
    messages: sqsMessages(server.sqs, {
      tasks: url,
      chunks: undefined,
      'test-images': undefined,
      events: undefined,
      deliveries: undefined,
    }),
  }
}

describe('sqsMessages', () => {
  it('sends the version of messages with each of them', async () => {
    const { attributes, messages } = await queue(() => [])
    await messages.send('tasks', [1, 2])
    const version = { version: { DataType: 'Number', StringValue: String(MESSAGE_VERSION) } }
    expect(attributes).toEqual([version, version])
  })
  it('sends ten messages in each request', async () => {
    const { sent, messages } = await queue(() => [])
    await messages.send(
      'tasks',
      Array.from({ length: 25 }, (_, number) => number),
    )
    expect(sent.map(({ length }) => length).toSorted()).toEqual([10, 10, 5])
  })
  it('retries only the refused messages', async () => {
    const { sent, messages } = await queue((number) => (number === 1 ? ['1', '3'] : []))
    await messages.send('tasks', ['a', 'b', 'c', 'd'])
    expect(sent).toEqual([
      ['"a"', '"b"', '"c"', '"d"'],
      ['"b"', '"d"'],
    ])
  })
  it('fails after the last attempt', async () => {
    const { sent, messages } = await queue(() => ['0'])
    await expect(messages.send('tasks', ['a'])).rejects.toMatchObject({ code: 'upstream-failed' })
    expect(sent).toHaveLength(4)
  })
  it('fails for a queue without a URL', async () => {
    const { messages } = await queue(() => [])
    await expect(messages.send('events', ['a'])).rejects.toThrow(/"events" has no URL/)
  })
})

describe('planMessageBatches', () => {
  it('keeps the order, with at most ten messages and 256 KiB in each batch', () => {
    const bodies = ['a'.repeat(200_000), 'b'.repeat(62_144), 'c', ...Array<string>(12).fill('d')]
    const batches = planMessageBatches(bodies)
    expect(batches.flat()).toEqual(bodies)
    expect(batches.map(({ length }) => length)).toEqual([2, 10, 3])
  })
  it('counts bytes, not characters', () => {
    expect(planMessageBatches(['é'.repeat(100_000), 'é'.repeat(100_000)])).toHaveLength(2)
  })
})

it('messageBody escapes characters that a queue may refuse', () => {
  const message = { text: 'é \u{1F600} \uFFFF \uFFFE \n' }
  expect(messageBody(message)).toBe(String.raw`{"text":"é \ud83d\ude00 \uffff \ufffe \n"}`)
  expect(JSON.parse(messageBody(message))).toEqual(message)
})
