import { request as httpRequest } from 'node:http'
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals'
import type { APIGatewayProxyEventV2, Context } from 'aws-lambda'
import { startGateway } from '../../../local/gateway/gateway.ts'
import type { EndpointFunction } from '../../../local/gateway/route-table.ts'
import type { Running } from '../../../local/running.ts'

interface Echo {
  readonly name: string
  readonly event: APIGatewayProxyEventV2
  readonly context: Pick<Context, 'awsRequestId' | 'functionName' | 'invokedFunctionArn'> & {
    readonly remaining: number
  }
}

/** A function that returns its event and context. */
const echo = (method: EndpointFunction['endpoint']['method'], path: string): EndpointFunction => ({
  name: `${method} ${path}`,
  endpoint: { method, path },
  handler: (event, { awsRequestId, functionName, invokedFunctionArn, getRemainingTimeInMillis }) => ({
    name: `${method} ${path}`,
    event,
    context: { awsRequestId, functionName, invokedFunctionArn, remaining: getRemainingTimeInMillis() },
  }),
})

const endpoints = [
  echo('GET', '/v1/batches/{batch}'),
  echo('GET', '/v1/batches/literal'),
  echo('PUT', '/v1/batches/{batch}'),
  echo('POST', '/v1/{kind}/{name}/copy'),
  echo('POST', '/v1/batches/{batch}/copy'),
  echo('GET', '/'),
  echo('GET', '$default'),
]

let gateway: Running
beforeAll(async () => {
  gateway = await startGateway({ endpoints, port: 0 })
})
afterAll(() => gateway.stop())

/** Sends a request and returns what the function received. */
async function call(path: string, init?: RequestInit): Promise<Echo> {
  const response = await fetch(`${gateway.url}${path}`, init)
  return JSON.parse(await response.text())
}

/** Sends a raw request target, which fetch would normalize. */
const raw = (path: string, method: string, headers: string[]): Promise<{ status: number; text: string }> =>
  new Promise((resolve, reject) => {
    const sent = httpRequest(gateway.url, { path, method, headers }, async (response) => {
      const parts: Buffer[] = []
      for await (const part of response) parts.push(part)
      resolve({ status: response.statusCode ?? 0, text: Buffer.concat(parts).toString() })
    })
    sent.on('error', reject).end()
  })

describe('routing', () => {
  it.each([
    ['GET', '/v1/batches/mine', 'GET /v1/batches/{batch}'],
    ['PUT', '/v1/batches/mine', 'PUT /v1/batches/{batch}'],
    ['GET', '/v1/batches/literal', 'GET /v1/batches/literal'],
    ['PUT', '/v1/batches/literal', 'PUT /v1/batches/{batch}'],
    ['POST', '/v1/batches/mine/copy', 'POST /v1/batches/{batch}/copy'],
    ['POST', '/v1/others/mine/copy', 'POST /v1/{kind}/{name}/copy'],
    ['GET', '/', 'GET /'],
    ['GET', '/?a=1', 'GET /'],
    ['GET', '/v1/batches/mine/', 'GET $default'],
    ['GET', '/v1/batches/', 'GET $default'],
    ['GET', '/v1/batches', 'GET $default'],
    ['DELETE', '/v1/batches/mine', 'GET /v1/batches/{batch}'],
    ['PATCH', '/v1/batches/literal', 'GET /v1/batches/literal'],
    ['OPTIONS', '/v1/batches/mine', 'GET /v1/batches/{batch}'],
    ['DELETE', '/v1/batches/mine/copy', 'GET $default'],
    ['OPTIONS', '/v1/batches/mine/copy', 'GET $default'],
  ])('routes %s %s to %s', async (method, path, name) => {
    expect((await call(path, { method })).name).toBe(name)
  })

  it('accepts HEAD for every GET route and sends no body', async () => {
    const status = async (path: string) => {
      const response = await fetch(`${gateway.url}${path}`, { method: 'HEAD' })
      return [response.status, await response.text(), response.headers.get('content-length')]
    }
    expect(await status('/v1/batches/mine')).toEqual([200, '', null])
    const posted = await startGateway({ endpoints: [echo('POST', '/v1/it')], port: 0 })
    const response = await fetch(`${posted.url}/v1/it`, { method: 'HEAD' })
    await posted.stop()
    expect(response.status).toBe(404)
  })

  it('returns 404 for unknown paths without a $default route', async () => {
    const small = await startGateway({ endpoints: [], port: 0 })
    const response = await fetch(`${small.url}/nothing`)
    expect([response.status, await response.json()]).toEqual([404, { message: 'Not Found' }])
    await small.stop()
  })

  it('throws when two endpoints declare the same route', async () => {
    const twice = [echo('GET', '/v1/{a}'), echo('GET', '/v1/{b}')]
    await expect(startGateway({ endpoints: twice, port: 0 })).rejects.toThrow(
      'GET /v1/{a} and GET /v1/{b} both declare',
    )
  })
})

describe('the event of a request', () => {
  it('describes the request, its time and its client', async () => {
    const begun = Date.now()
    const { event } = await call('/v1/batches/mine', { headers: { 'user-agent': 'test', accept: 'text/*' } })
    expect(event).toMatchObject({
      version: '2.0',
      routeKey: 'ANY /v1/batches/{batch}',
      rawPath: '/v1/batches/mine',
      rawQueryString: '',
      pathParameters: { batch: 'mine' },
      isBase64Encoded: false,
      headers: { accept: 'text/*', 'user-agent': 'test', 'x-forwarded-for': '127.0.0.1', 'x-forwarded-proto': 'http' },
      requestContext: {
        accountId: '123456789012',
        domainName: '127.0.0.1',
        http: {
          method: 'GET',
          path: '/v1/batches/mine',
          protocol: 'HTTP/1.1',
          sourceIp: '127.0.0.1',
          userAgent: 'test',
        },
        routeKey: 'ANY /v1/batches/{batch}',
        stage: '$default',
        time: expect.stringMatching(/^\d\d\/[A-Z][a-z]{2}\/\d{4}:\d\d:\d\d:\d\d \+0000$/),
      },
    })
    expect(event.requestContext.timeEpoch).toBeGreaterThanOrEqual(begun)
    expect(event.requestContext.timeEpoch).toBeLessThanOrEqual(Date.now())
    for (const absent of ['body', 'cookies', 'queryStringParameters']) expect(event).not.toHaveProperty(absent)
  })

  it('has a unique request id, which is also in the response', async () => {
    const responses = [await fetch(`${gateway.url}/`), await fetch(`${gateway.url}/`)]
    const ids = responses.map((response) => response.headers.get('apigw-requestid'))
    const echoes = await Promise.all(
      responses.map(async (response): Promise<Echo> => JSON.parse(await response.text())),
    )
    expect(echoes.map(({ event }) => event.requestContext.requestId)).toEqual(ids)
    expect(new Set(ids).size).toBe(2)
  })

  it('decodes the path and its parameters, including slashes', async () => {
    const { event } = await call('/v1/batches/a%20b%2Fc%C3%A9+d')
    expect(event.pathParameters).toEqual({ batch: 'a b/cé+d' })
    expect(event.rawPath).toBe('/v1/batches/a b/cé+d')
  })

  it('is not created for malformed percent-encoding, which returns 400', async () => {
    expect(await raw('/v1/batches/%zz', 'GET', ['Host', 'localhost'])).toEqual({
      status: 400,
      text: '{"message":"Bad Request"}',
    })
  })

  it('joins repeated query parameters with commas and keeps the raw query string', async () => {
    const { event } = await call('/?a=1&b=x%20y&a=2&c&d=1+2&a=?')
    expect(event.queryStringParameters).toEqual({ a: '1,2,?', b: 'x y', c: '', d: '1 2' })
    expect(event.rawQueryString).toBe('a=1&b=x%20y&a=2&c&d=1+2&a=?')
  })

  it('joins repeated headers with commas under lower-case names, and separates cookies', async () => {
    const host = new URL(gateway.url).host
    const headers = ['Host', host, 'X-Some', 'one', 'x-SOME', 'two', 'Cookie', 'a=1; b=2', 'Connection', 'close']
    const { event }: Echo = JSON.parse((await raw('/', 'GET', headers)).text)
    expect(event.headers['x-some']).toBe('one,two')
    expect(event.cookies).toEqual(['a=1', 'b=2'])
    expect(event.headers).not.toHaveProperty('cookie')
    expect(event.headers).not.toHaveProperty('connection')
  })

  it.each([
    'application/json',
    'application/json; charset=utf-8',
    'application/problem+json',
    'text/csv',
    'application/xml',
    'application/javascript',
    'application/x-www-form-urlencoded',
    'Application/JSON',
  ])('passes a %s body as text', async (type) => {
    const { event } = await call('/v1/batches/a', { method: 'PUT', body: '{"é":1}', headers: { 'content-type': type } })
    expect([event.body, event.isBase64Encoded]).toEqual(['{"é":1}', false])
  })

  it.each(['image/jpeg', 'application/octet-stream', 'application/zip', ''])(
    'has a body of "%s" in base64',
    async (type) => {
      const body = Uint8Array.of(0, 255, 1)
      const { event } = await call('/v1/batches/a', { method: 'PUT', body, headers: { 'content-type': type } })
      expect([event.body, event.isBase64Encoded]).toEqual(['AP8B', true])
    },
  )

  it('passes invalid UTF-8 and compressed text as base64', async () => {
    const headers = { 'content-type': 'application/json' }
    const broken = await call('/v1/batches/a', { method: 'PUT', body: Uint8Array.of(0x22, 0xff, 0x22), headers })
    const zipped = await call('/v1/batches/a', {
      method: 'PUT',
      body: 'x',
      headers: { ...headers, 'content-encoding': 'gzip' },
    })
    expect([broken.event.body, broken.event.isBase64Encoded]).toEqual(['Iv8i', true])
    expect([zipped.event.body, zipped.event.isBase64Encoded]).toEqual(['eA==', true])
  })

  it('is passed with a Lambda context', async () => {
    const { context } = await call('/')
    expect(context).toMatchObject({
      functionName: 'GET /',
      awsRequestId: expect.stringMatching(/^[0-9a-f-]{36}$/),
      invokedFunctionArn: 'arn:aws:lambda:us-east-1:123456789012:function:GET /',
    })
    expect(context.remaining).toBeGreaterThan(29_000)
    expect(context.remaining).toBeLessThanOrEqual(30_000)
  })
})
