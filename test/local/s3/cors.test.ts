import { DeleteBucketCorsCommand, GetBucketCorsCommand, PutBucketCorsCommand } from '@aws-sdk/client-s3'
import { beforeEach, describe, expect, it } from '@jest/globals'
import { signedFetch } from '../../support/http/signed-fetch.ts'
import { Bucket, refusal, serverForEachTest } from './running-server.ts'

const server = serverForEachTest()
const rules = [
  {
    ID: 'tools',
    AllowedOrigins: ['https://*.tools.test'],
    AllowedMethods: ['GET', 'PUT'],
    AllowedHeaders: ['x-amz-*', 'Content-Type'],
    ExposeHeaders: ['ETag'],
    MaxAgeSeconds: 600,
  },
  { AllowedOrigins: ['*'], AllowedMethods: ['GET'] },
]
const set = (CORSRules = rules) =>
  server.s3.send(new PutBucketCorsCommand({ Bucket, CORSConfiguration: { CORSRules } }))

async function ask(method: string, headers: Record<string, string>) {
  const url = `${server.url}/${Bucket}/image.jpg`
  // Browsers do not sign preflights.
  const response = await (method === 'OPTIONS'
    ? fetch(url, { method, headers })
    : signedFetch(url, { method, headers }))
  await response.text()
  const allowed = (name: string) => response.headers.get(`access-control-${name}`)
  return { status: response.status, origin: allowed('allow-origin'), allowed }
}

describe('a bucket without CORS rules', () => {
  it('returns an error and sends no CORS headers', async () => {
    expect(await refusal(server.s3.send(new GetBucketCorsCommand({ Bucket })))).toBe('404 NoSuchCORSConfiguration')
    expect(await ask('GET', { origin: 'https://a.test' })).toMatchObject({ status: 404, origin: null })
    const preflight = { origin: 'https://a.test', 'access-control-request-method': 'GET' }
    expect(await ask('OPTIONS', preflight)).toMatchObject({ status: 403, origin: null })
  })
})

describe('CORS rules', () => {
  beforeEach(async () => {
    await set()
    await server.put('image.jpg', 'jpeg')
  })

  it('are returned as they were set, until they are deleted', async () => {
    const get = () => server.s3.send(new GetBucketCorsCommand({ Bucket }))
    expect((await get()).CORSRules).toMatchObject(rules)
    await server.s3.send(new DeleteBucketCorsCommand({ Bucket }))
    expect(await refusal(get())).toBe('404 NoSuchCORSConfiguration')
  })

  it('answer a preflight with the first matching rule', async () => {
    const origin = 'https://label.tools.test'
    const wanted = {
      'access-control-request-method': 'PUT',
      'access-control-request-headers': 'X-Amz-Date, content-type',
    }
    const { status, origin: allowedOrigin, allowed } = await ask('OPTIONS', { origin, ...wanted })
    expect([status, allowedOrigin]).toEqual([200, origin])
    expect(allowed('allow-methods')).toBe('GET, PUT')
    expect(allowed('allow-headers')).toBe('x-amz-date, content-type')
    expect(allowed('max-age')).toBe('600')
    expect(allowed('allow-credentials')).toBe('true')
  })

  it.each([
    ['another origin', { origin: 'https://tools.test', 'access-control-request-method': 'PUT' }, 403],
    ['another method', { origin: 'https://a.tools.test', 'access-control-request-method': 'DELETE' }, 403],
    [
      'another header',
      {
        origin: 'https://a.tools.test',
        'access-control-request-method': 'PUT',
        'access-control-request-headers': 'range',
      },
      403,
    ],
    ['no origin', { 'access-control-request-method': 'PUT' }, 400],
  ])('reject a preflight with %s', async (_, headers, status) => {
    expect(await ask('OPTIONS', headers)).toMatchObject({ status, origin: null })
  })

  it('add CORS headers to responses, including errors', async () => {
    const fromTools = await ask('GET', { origin: 'https://label.tools.test' })
    expect([fromTools.status, fromTools.origin, fromTools.allowed('expose-headers')]).toEqual([
      200,
      'https://label.tools.test',
      'ETag',
    ])
    expect(await ask('GET', { origin: 'https://elsewhere.test' })).toMatchObject({ status: 200, origin: '*' })
    expect(await ask('GET', { origin: 'https://elsewhere.test', 'if-match': '"0"' })).toMatchObject({
      status: 412,
      origin: '*',
    })
    expect(await ask('GET', {})).toMatchObject({ status: 200, origin: null })
  })

  it('are validated when they are set', async () => {
    expect(await refusal(set([{ AllowedOrigins: ['*'], AllowedMethods: ['PATCH'] }]))).toBe('400 InvalidRequest')
    expect(await refusal(set([{ AllowedOrigins: ['*.*'], AllowedMethods: ['GET'] }]))).toBe('400 InvalidRequest')
    const response = await signedFetch(`${server.url}/${Bucket}?cors`, {
      method: 'PUT',
      body: '<CORSConfiguration><CORSRule>',
    })
    expect([response.status, await response.text()]).toEqual([400, expect.stringContaining('MalformedXML')])
  })
})
