import { setTimeout as delay } from 'node:timers/promises'
import { afterEach, describe, expect, it } from '@jest/globals'
import * as z from 'zod'
import { startGateway } from '../../../local/gateway/gateway.ts'
import { lambdaContext } from '../../../local/gateway/lambda-context.ts'
import type { EndpointFunction } from '../../../local/gateway/route-table.ts'
import type { Running } from '../../../local/running.ts'
import { AppError } from '../../../shared/contracts/errors.ts'
import { created } from '../../../shared/platform/http/reply.ts'
import { lambda, route } from '../../../shared/platform/http/route.ts'
import { memoryPorts } from '../../support/world/ports.ts'

const running: Running[] = []
afterEach(async () => {
  await Promise.all(running.splice(0).map((gateway) => gateway.stop()))
})

const logged: unknown[] = []

/** Returns the URL of a gateway with one function at PUT /it. */
async function serve(handler: EndpointFunction['handler'], limitMilliseconds = 30_000): Promise<string> {
  logged.length = 0
  const endpoints = [{ name: 'it', endpoint: { method: 'PUT', path: '/it' }, handler }] as const
  const onLog = (_message: string, error: unknown) => logged.push(error)
  const gateway = await startGateway({ endpoints, port: 0, timeoutMilliseconds: limitMilliseconds, onLog })
  running.push(gateway)
  return `${gateway.url}/it`
}

const put = (url: string, body?: RequestInit['body']): Promise<Response> =>
  fetch(url, { method: 'PUT', ...(body === undefined ? {} : { body }) })

const callFunction = async (handler: EndpointFunction['handler']): Promise<Response> => put(await serve(handler))

const INTERNAL = [500, '{"message":"Internal Server Error"}']
const readText = async (response: Response) => [response.status, await response.text()]

describe('the response of a function', () => {
  it('is sent unchanged if it has a status code', async () => {
    const response = await callFunction(() => ({
      statusCode: 201,
      headers: { 'X-Number': 7, location: '/x' },
      body: 'é',
    }))
    expect(await readText(response)).toEqual([201, 'é'])
    expect(response.headers.get('x-number')).toBe('7')
    expect(response.headers.get('location')).toBe('/x')
    expect(response.headers.get('content-type')).toBe('text/plain; charset=utf-8')
    expect(response.headers.get('content-length')).toBe('2')
  })

  it('sets each cookie in its own header', async () => {
    const response = await callFunction(() => ({ statusCode: 200, cookies: ['a=1; Secure', 'b=2'] }))
    expect(response.headers.getSetCookie()).toEqual(['a=1; Secure', 'b=2'])
  })

  it('is decoded from base64', async () => {
    const response = await callFunction(() => ({
      statusCode: 200,
      headers: { 'content-type': 'image/png' },
      body: Buffer.of(0x89, 0, 0xff).toString('base64'),
      isBase64Encoded: true,
    }))
    expect(new Uint8Array(await response.arrayBuffer())).toEqual(Uint8Array.of(0x89, 0, 0xff))
    expect(response.headers.get('content-type')).toBe('image/png')
  })

  it.each([204, 304])('has no body with status %i', async (statusCode) => {
    const response = await callFunction(() => ({ statusCode, headers: { etag: '"a"' } }))
    expect(await readText(response)).toEqual([statusCode, ''])
    expect(response.headers.get('etag')).toBe('"a"')
  })

  it.each([
    [{ any: 'thing' }, '{"any":"thing"}'],
    [[1, 2], '[1,2]'],
    ['plain', 'plain'],
    [undefined, 'null'],
  ])('becomes the body of a 200 if it has no status code: %j', async (value, text) => {
    const response = await callFunction(() => value)
    expect(await readText(response)).toEqual([200, text])
    expect(response.headers.get('content-type')).toBe('application/json')
  })

  it.each([
    [{ statusCode: 'none' }],
    [{ statusCode: 99 }],
    [{ statusCode: 200, body: { not: 'text' } }],
    [{ statusCode: 200, headers: { a: ['b'] } }],
    [{ statusCode: 200, headers: { 'not a name': 'b' } }],
    [{ statusCode: 200, headers: { name: 'two\r\nlines' } }],
    [{ statusCode: 200, cookies: ['two\nlines'] }],
  ])('becomes a 500 if it is invalid: %j', async (value) => {
    expect(await readText(await callFunction(() => value))).toEqual(INTERNAL)
    expect(logged).toHaveLength(1)
  })

  it('cannot set connection headers', async () => {
    const headers = { 'content-length': '99', 'transfer-encoding': 'chunked', connection: 'close' }
    expect(await readText(await callFunction(() => ({ statusCode: 200, headers, body: 'short' })))).toEqual([
      200,
      'short',
    ])
  })
})

describe('a failed function', () => {
  it.each([
    [
      'throws',
      () => {
        throw new Error('secret')
      },
    ],
    [
      'rejects',
      async () => {
        throw new Error('secret')
      },
    ],
  ])('returns a 500 without details and logs the error when it %s', async (_how, handler) => {
    const response = await callFunction(handler)
    expect(await readText(response)).toEqual(INTERNAL)
    expect(response.headers.get('apigw-requestid')).toBeTruthy()
    expect(logged).toEqual([new Error('secret')])
  })

  it('returns a 503 when it times out', async () => {
    const response = await put(await serve(() => delay(5000, 'late', { ref: false }), 50))
    expect(await readText(response)).toEqual([503, '{"message":"Service Unavailable"}'])
  })

  it('returns the problem document of lambda(), for a rejected request and for a timeout', async () => {
    const declaration = {
      method: 'PUT',
      path: '/it',
      operationId: 'it',
      summary: '',
      scope: undefined,
      refuses: [],
      permissions: [],
      answers: {},
    } as const
    const refusing = lambda(
      route(declaration, async () => {
        throw new AppError('conflict', 'Taken.')
      }),
      () => memoryPorts(),
    )
    const slow = lambda(
      route(declaration, async () => {
        await delay(5000, undefined, { ref: false })
        return { status: 204 }
      }),
      () => memoryPorts(),
    )
    const refused = await callFunction(refusing)
    expect(refused.headers.get('content-type')).toBe('application/problem+json')
    expect(await refused.json()).toMatchObject({ status: 409, code: 'conflict' })
    // The function's own deadline comes long before the gateway's, which would answer 503.
    const late = await callFunction((event) => slow(event, lambdaContext('it', 60)))
    expect(await late.json()).toMatchObject({ status: 500, code: 'internal' })
  })
})

describe('size limits', () => {
  const sized = (bytes: number) => Buffer.alloc(bytes, 'a')
  const echoSize: EndpointFunction['handler'] = ({ body }) => body?.length ?? 0

  it('accepts a body just below the limit of Lambda', async () => {
    const url = await serve(echoSize)
    const response = await fetch(url, {
      method: 'PUT',
      body: sized(6_000_000),
      headers: { 'content-type': 'text/plain' },
    })
    expect(await readText(response)).toEqual([200, '6000000'])
  })

  it('rejects an event over 6 MB, including the base64 overhead', async () => {
    const url = await serve(echoSize)
    const text = await fetch(url, { method: 'PUT', body: sized(6_291_456), headers: { 'content-type': 'text/plain' } })
    expect(await readText(text)).toEqual([413, '{"message":"Request Entity Too Large"}'])
    expect((await put(url, sized(5_000_000))).status).toBe(413)
  })

  it('rejects a body over 10 MB and keeps serving', async () => {
    const url = await serve(echoSize)
    expect(await readText(await put(url, sized((10 << 20) + 1)))).toEqual([
      413,
      '{"message":"Request Entity Too Large"}',
    ])
    expect((await put(url, 'small')).status).toBe(200)
  })

  it('rejects a response over 6 MB', async () => {
    expect(await readText(await callFunction(() => ({ statusCode: 200, body: 'a'.repeat(6_291_556) })))).toEqual(
      INTERNAL,
    )
    expect(logged).toEqual([expect.objectContaining({ message: expect.stringContaining('exceeded maximum') })])
  })
})

describe('the gateway', () => {
  it('serves handlers of route() and lambda()', async () => {
    const endpoint = route(
      {
        method: 'PUT',
        path: '/it',
        summary: 'Greets',
        scope: undefined,
        query: z.strictObject({ to: z.string() }),
        body: z.strictObject({ count: z.number() }),
        operationId: 'it',
        refuses: [],
        permissions: [],
        answers: { 201: z.string() },
      },
      async ({ query, body }) => created({ hello: query.to, count: body.count }, '/it'),
    )
    const url = await serve(lambda(endpoint, () => memoryPorts()))
    const headers = { 'content-type': 'application/json', 'x-request-id': 'mine' }
    const response = await fetch(`${url}?to=you`, { method: 'PUT', body: '{"count":2}', headers })
    expect(await readText(response)).toEqual([201, '{"hello":"you","count":2}'])
    expect(response.headers.get('x-request-id')).toBe('mine')
    expect((await fetch(url, { method: 'PUT', body: '{"count":"2"}', headers })).status).toBe(400)
  })

  it('waits for calls in flight before it stops, and throws EADDRINUSE for a used port', async () => {
    const url = await serve(() => delay(150, 'done'))
    await expect(startGateway({ endpoints: [], port: Number(new URL(url).port) })).rejects.toMatchObject({
      code: 'EADDRINUSE',
    })
    const answer = put(url)
    await delay(50)
    await Promise.all(running.splice(0).map((gateway) => gateway.stop()))
    expect(await readText(await answer)).toEqual([200, 'done'])
    await expect(put(url)).rejects.toThrow()
  })
})
