import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals'
import { startGateway } from '../../../local/gateway/gateway.ts'
import { type Stack, startStack } from '../../../local/stack.ts'
import { rawRequest } from '../../support/http/raw-request.ts'

type Header = readonly [string, string]
type Server = 'api' | 's3' | 'sqs' | 'labeling'

const JSON_1_0 = ['content-type', 'application/x-amz-json-1.0'] as const
/** A call that each server would carry out for its own clients, if it were signed or had a token. */
const CALLS: readonly (readonly [Server, string, readonly Header[], string])[] = [
  ['api', 'PUT /v1/webhooks/w', [['content-type', 'application/json']], '{}'],
  ['s3', 'PUT /groundwork/key', [], 'content'],
  ['s3', 'POST /groundwork?delete', [['content-type', 'text/plain']], '<Delete><Object><Key>a</Key></Object></Delete>'],
  ['sqs', 'POST /', [JSON_1_0, ['x-amz-target', 'AmazonSQS.ListQueues']], '{}'],
  ['labeling', 'POST /', [['x-amz-target', 'SageMaker.ListWorkteams']], '{}'],
]

let directory: string
let stack: Stack
beforeAll(async () => {
  directory = await mkdtemp(join(tmpdir(), 'door-'))
  stack = await startStack({ directory })
})
afterAll(async () => {
  await stack.stop()
  await rm(directory, { recursive: true })
})

/** Sends a call to a server of the stack. `{port}` in a header is that of the server. */
async function send(server: Server, head: string, headers: readonly Header[], body = '') {
  const { port } = new URL(stack[server])
  const filled = headers.map(([name, value]) => [name, value.replace('{port}', port)] as const)
  return await rawRequest(stack[server], head, filled, body)
}

const HERE: Header = ['host', '127.0.0.1:{port}']

const FOREIGN: readonly (readonly [string, readonly Header[]])[] = [
  ['a host name of another machine', [['host', 'groundwork.test:{port}']]],
  ['a host name of another machine without a port', [['host', 'groundwork.test']]],
  ['a host name that begins like one of this machine', [['host', '127.0.0.1.groundwork.test:{port}']]],
  ['a host name that ends like one of this machine', [['host', 'my-localhost:{port}']]],
  ['the address of another machine', [['host', '192.168.0.7:{port}']]],
  ['the address that stands for any', [['host', '0.0.0.0:{port}']]],
  ['an empty host name', [['host', '']]],
  ['two host names', [HERE, ['host', 'groundwork.test']]],
  ['the same host name twice', [HERE, HERE]],
  ['a page of another origin', [HERE, ['origin', 'https://groundwork.test']]],
  ['a page without an origin', [HERE, ['origin', 'null']]],
  ['a page of an origin that begins like one of this machine', [HERE, ['origin', 'http://localhost.groundwork.test']]],
  ['a page of an origin with a user name', [HERE, ['origin', 'http://localhost@groundwork.test']]],
  ['a page of a browser extension', [HERE, ['origin', 'chrome-extension://localhost']]],
  ['two origins', [HERE, ['origin', 'http://localhost:3000'], ['origin', 'https://groundwork.test']]],
  ['a page of another site that hides its origin', [HERE, ['sec-fetch-site', 'cross-site']]],
  [
    'a form of another site that opens in a tab',
    [HERE, ['sec-fetch-site', 'cross-site'], ['sec-fetch-mode', 'navigate'], ['sec-fetch-dest', 'document']],
  ],
]

describe.each(CALLS)('%s, called with %s', (server, head, headers, body) => {
  it.each(FOREIGN)('refuses %s, whatever else the request has', async (_, foreign) => {
    const token: Header = ['authorization', `Bearer ${stack.token}`]
    const { status } = await send(server, head, [...foreign, ...headers, ...(server === 'api' ? [token] : [])], body)
    expect(status).toBe(403)
  })

  it('refuses an absolute target, whose host takes the place of the Host header', async () => {
    const absolute = head.replace(' /', ' http://groundwork.test/')
    expect((await send(server, absolute, [HERE, ...headers], body)).status).toBe(403)
  })

  it('refuses a request without a host', async () => {
    expect((await send(server, head, headers, body)).status).toBe(400)
  })
})

describe('a page that may look at answers', () => {
  const OWN_PAGES: readonly (readonly Header[])[] = [
    [HERE],
    [['host', 'localhost:{port}']],
    [['host', 'LocalHost:{port}']],
    [['host', '[::1]:{port}']],
    [['host', '127.0.0.1']],
    [HERE, ['origin', 'http://localhost:5173']],
    [HERE, ['origin', 'https://127.0.0.1']],
    [HERE, ['origin', 'http://[::1]:8080'], ['sec-fetch-site', 'cross-site']],
    [HERE, ['sec-fetch-site', 'same-origin']],
    [HERE, ['sec-fetch-site', 'same-site']],
    [HERE, ['sec-fetch-site', 'none'], ['sec-fetch-mode', 'navigate']],
  ]

  it.each(OWN_PAGES)('is one of this machine: %j', async (...headers) => {
    expect((await send('api', 'GET /health', headers)).status).toBe(200)
  })

  const LINK: readonly Header[] = [
    HERE,
    ['sec-fetch-site', 'cross-site'],
    ['sec-fetch-mode', 'navigate'],
    ['sec-fetch-dest', 'document'],
  ]

  it('is opened by a link in an e-mail or on another site', async () => {
    expect((await send('api', 'GET /docs', LINK)).status).toBe(200)
  })

  it.each(['iframe', 'embed', 'object', 'image', 'script', ''])(
    'is not shown within another page: %s',
    async (place) => {
      const framed = [...LINK.slice(0, -1), ...(place ? [['sec-fetch-dest', place] as const] : [])]
      expect((await send('api', 'GET /docs', framed)).status).toBe(403)
    },
  )
})

it.each([
  [['https://app.test'], 'https://app.test', 404],
  [['https://app.test'], 'https://app.test.groundwork.test', 403],
  [['https://app.test'], 'null', 403],
  [['*'], 'https://groundwork.test', 404],
  [[], 'https://app.test', 403],
])('lets pages of the origins %j call the API, and answers %s with %i', async (origins, origin, expected) => {
  const gateway = await startGateway({ endpoints: [], port: 0, origins })
  const { host } = new URL(gateway.url)
  const headers: Header[] = [
    ['host', host],
    ['origin', origin],
    ['sec-fetch-site', 'cross-site'],
  ]
  expect((await rawRequest(gateway.url, 'GET /v1/batches', headers)).status).toBe(expected)
  const renamed = headers.with(0, ['host', 'app.test'])
  expect((await rawRequest(gateway.url, 'GET /v1/batches', renamed)).status).toBe(403)
  await gateway.stop()
})

it('tells the caller of the API in a problem document which origin was refused', async () => {
  const { text } = await send('api', 'GET /v1/batches', [HERE, ['origin', 'https://groundwork.test']])
  expect(text).toContain('content-type: application/problem+json')
  expect(JSON.parse(text.split('\r\n\r\n')[1] ?? '')).toMatchObject({
    status: 403,
    code: 'forbidden',
    detail: expect.stringContaining('https://groundwork.test'),
    instance: expect.stringMatching(/^urn:request:/),
  })
})

describe('the SQS server', () => {
  const LIST = ['x-amz-target', 'AmazonSQS.ListQueues'] as const
  const FORM = ['content-type', 'application/x-www-form-urlencoded'] as const
  it.each<[string, string, readonly Header[], string]>([
    ['a call of SNS', 'POST /', [FORM], 'Action=Publish&TopicArn=arn:aws:sns:us-east-1:000000000000:t&Message=m'],
    ['a call of SQS as a form', 'POST /', [FORM], 'Action=SendMessage&QueueUrl=u&MessageBody=m'],
    ['a form with the name of an SQS operation', 'POST /', [FORM, LIST], 'Action=ListTopics'],
    ['text of a page', 'POST /', [['content-type', 'text/plain'], LIST], '{}'],
    ['another content type that begins alike', 'POST /', [['content-type', `${JSON_1_0[1]}, text/plain`], LIST], '{}'],
    ['a call without an operation', 'POST /', [JSON_1_0], '{}'],
    ['an operation of another service', 'POST /', [JSON_1_0, ['x-amz-target', 'AmazonSNS.Publish']], '{}'],
    ['a bucket', 'PUT /bucket', [JSON_1_0, LIST], ''],
    ['an object', 'PUT /bucket/key', [JSON_1_0, LIST], 'content'],
    ['a list of buckets', 'GET /', [JSON_1_0, LIST], ''],
    ['its page of queues', 'GET /_fauxqs/queues', [], ''],
    ['its page of one queue', 'GET /_fauxqs/queues/groundwork-events', [], ''],
    ['its health', 'GET /health', [], ''],
    ['another path', 'POST /health', [JSON_1_0, LIST], '{}'],
    ['a query', 'POST /?Action=ListQueues', [JSON_1_0, LIST], '{}'],
  ])('does not serve %s', async (_, head, headers, body) => {
    const { status, text } = await send('sqs', head, [HERE, ...headers], body)
    expect([status, text]).toEqual([400, expect.stringContaining('InvalidAction')])
  })
})
