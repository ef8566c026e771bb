import { beforeAll, describe, expect, it } from '@jest/globals'
import * as z from 'zod'
import { invoke } from '../../../local/gateway/invoke.ts'
import { AppError } from '../../../shared/contracts/errors.ts'
import { ok } from '../../../shared/platform/http/reply.ts'
import { MAX_RESPONSE_BYTES } from '../../../shared/platform/http/response-limit.ts'
import { lambda, route } from '../../../shared/platform/http/route.ts'
import type { HttpEvent, HttpResponse } from '../../../shared/platform/http/stack.ts'
import { createToken } from '../../../shared/platform/tokens/create.ts'
import { memoryPorts } from '../../support/world/ports.ts'

const declared = { operationId: 'test', summary: 'Test', refuses: [], permissions: [], path: '/v1/things' } as const

/** Each fills its body with something that takes other sizes as characters, in UTF-8, in JSON, and in JSON within JSON. */
const FILLINGS: readonly (readonly [what: string, filling: string])[] = [
  ['letters', 'x'],
  ['quotes', '"'],
  ['backslashes', '\\'],
  ['control characters', '\u0001'],
  ['letters of three bytes', 'ア'],
  ['letters of four bytes', '🐈'],
]
const ENCODINGS = ['identity', 'gzip']
const cases = FILLINGS.flatMap(([what, filling]) => ENCODINGS.map((encoding) => [what, encoding, filling] as const))

const ports = memoryPorts()
let authorization: string
beforeAll(async () => {
  authorization = `Bearer ${await createToken('ci', 'write', ports)}`
})

/** Calls a handler through Lambda's limits. Returns what API Gateway would send, or undefined where Lambda would fail. */
async function send(handler: ReturnType<typeof lambda>, method: string, encoding: string) {
  const event = {
    headers: { authorization, 'accept-encoding': encoding },
    requestContext: { requestId: 'request-1', http: { method, path: declared.path } },
    rawPath: declared.path,
  } as unknown as HttpEvent // the handlers read no other field
  const outcome = await invoke({ name: 'test', handler }, event, 60_000)
  if (outcome.kind !== 'answered') return undefined
  const { statusCode, headers, body = '', isBase64Encoded } = outcome.value as Exclude<HttpResponse, string>
  return { statusCode, headers, body: Buffer.from(body, isBase64Encoded ? 'base64' : 'utf8') }
}

/** An endpoint whose body is text of so many bytes. */
const textOf = (bytes: number, filling: string, method: 'GET' | 'PUT' = 'GET') =>
  lambda(
    route(
      { ...declared, method, scope: method === 'GET' ? 'read' : 'write', answers: { 200: undefined } },
      async () => ({
        status: 200,
        headers: { 'content-type': 'application/jsonl' },
        body: filling.repeat(Math.floor(bytes / Buffer.byteLength(filling))),
      }),
    ),
    () => ports,
  )

describe('the size of a response', () => {
  it.each(cases)('of 4 MB of %s is within what Lambda returns (%s)', async (_, encoding, filling) => {
    const sent = await send(textOf(MAX_RESPONSE_BYTES, filling), 'GET', encoding)
    expect(sent?.statusCode).toBe(200)
    if (sent?.headers?.['content-encoding'] === undefined)
      expect(sent?.body.toString()).toBe(filling.repeat(Math.floor(MAX_RESPONSE_BYTES / Buffer.byteLength(filling))))
  })

  it.each(cases)('of more than 4 MB of %s is refused with a problem document (%s)', async (_, encoding, filling) => {
    const sent = await send(textOf(MAX_RESPONSE_BYTES + 8, filling), 'GET', encoding)
    expect([sent?.statusCode, sent?.headers?.['content-type']]).toEqual([413, 'application/problem+json'])
    expect(JSON.parse(`${sent?.body}`).code).toBe('payload-too-large')
  })

  it('is counted in bytes of JSON, not in characters of its values', async () => {
    const handler = lambda(
      route({ ...declared, method: 'GET', scope: 'read', answers: { 200: z.unknown() } }, async () =>
        ok({ text: '"'.repeat(MAX_RESPONSE_BYTES / 2) }),
      ),
      () => ports,
    )
    expect((await send(handler, 'GET', 'identity'))?.statusCode).toBe(413)
  })

  it('of a request that has changed something is no error of the caller', async () => {
    const sent = await send(textOf(MAX_RESPONSE_BYTES + 1, 'x', 'PUT'), 'PUT', 'identity')
    expect([sent?.statusCode, JSON.parse(`${sent?.body}`).code]).toEqual([500, 'internal'])
  })

  it.each(FILLINGS)('of a problem with many long issues and a long detail of %s is bounded', async (_, filling) => {
    const issues = Array.from({ length: 1000 }, (_, index) => ({ at: `body[${index}]`, message: filling.repeat(5000) }))
    const refusing = route({ ...declared, method: 'GET', scope: 'read', answers: {} }, async () => {
      throw new AppError('invalid-request', filling.repeat(5_000_000), issues)
    })
    const sent = await send(
      lambda(refusing, () => ports),
      'GET',
      'identity',
    )
    const { code, errors } = JSON.parse(`${sent?.body}`)
    expect([sent?.statusCode, code, errors[0].at]).toEqual([400, 'invalid-request', 'body[0]'])
    expect(sent?.body.length).toBeLessThan(MAX_RESPONSE_BYTES)
  })
})
