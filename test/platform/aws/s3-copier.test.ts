import { afterEach, describe, expect, it } from '@jest/globals'
import { s3Copier } from '../../../shared/platform/aws/s3-copier.ts'
import { s3Error, scripted } from './clients.ts'

const REQUEST = {
  source: 's3://other/a b/é+#%2F?.jpg',
  sourceEtag: '"v1"',
  key: 'data/b/images/a.jpg',
  contentType: 'image/jpeg',
  headers: {},
  metadata: { 'source-size': '5' },
}
const START = { start: 0, end: 10 }
const ARCHIVED = s3Error('InvalidObjectState', '<Message>Not valid now</Message><StorageClass>GLACIER</StorageClass>')
const NO_KEY = s3Error(
  'AccessDenied',
  '<Message>User: u is not authorized to perform: kms:Decrypt on the key</Message>',
)
const SSE_C = s3Error(
  'InvalidRequest',
  '<Message>The object was stored using a form of Server Side Encryption.</Message>',
)

let stop = async () => {}
afterEach(() => stop())

async function answering(status: number, body: string) {
  const server = await scripted((_, response) => response.writeHead(status).end(body))
  stop = server.stop
  return { ...server, copier: s3Copier(server.s3, 'work') }
}

describe('s3Copier', () => {
  it('sends one conditional request with the source percent-encoded', async () => {
    const { copier, requests } = await answering(200, '<CopyObjectResult><ETag>"v1"</ETag></CopyObjectResult>')
    expect(await copier.copy(REQUEST)).toEqual({ etag: '"v1"' })
    expect(requests.map(({ headers }) => headers)).toMatchObject([
      {
        'x-amz-copy-source': 'other/a%20b/%C3%A9%2B%23%252F%3F.jpg',
        'x-amz-copy-source-if-match': '"v1"',
        'if-none-match': '*',
        'x-amz-metadata-directive': 'REPLACE',
        'x-amz-meta-source-size': '5',
        'content-type': 'image/jpeg',
      },
    ])
  })

  it('reads a range with one request', async () => {
    const server = await scripted((_, response) =>
      response.writeHead(206, { etag: '"v1"', 'content-range': 'bytes 0-4/900', 'content-length': 5 }).end('image'),
    )
    stop = server.stop
    const found = await s3Copier(server.s3, 'work').readRange(REQUEST.source, { start: 0, end: 5 }, '"v1"')
    expect(found).toMatchObject({ etag: '"v1"', size: 900 })
    expect(server.requests.map(({ headers }) => headers)).toMatchObject([{ range: 'bytes=0-4', 'if-match': '"v1"' }])
  })

  /** What S3 answers, how it is taken, and what the reason has of it. */
  const answers: [status: number, body: string, refused: string, parts: string[]][] = [
    [403, s3Error('AccessDenied', '<Message>Access Denied</Message>'), 'denied', ['AccessDenied', 's3:GetObject']],
    [403, NO_KEY, 'denied', ['AccessDenied', 'kms:Decrypt']],
    [403, s3Error('AllAccessDisabled', '<Message>Disabled</Message>'), 'denied', ['AllAccessDisabled', 'Disabled']],
    [403, '', 'denied', ['403']],
    [403, '<html>blocked by a firewall</html>', 'denied', ['403']],
    [403, ARCHIVED, 'archived', ['InvalidObjectState', 'GLACIER']],
    [403, s3Error('InvalidObjectState', '<AccessTier>DEEP_ARCHIVE_ACCESS</AccessTier>'), 'archived', ['DEEP_ARCHIVE']],
    [403, s3Error('InvalidObjectState'), 'archived', ['InvalidObjectState']],
    [
      400,
      s3Error('KMS.DisabledException', '<Message>arn:k is disabled.</Message>'),
      'denied',
      ['KMS.Disabled', 'arn:k'],
    ],
    [400, s3Error('KMS.NotFoundException'), 'denied', ['KMS.NotFoundException']],
    [400, SSE_C, 'denied', ['InvalidRequest', 'SSE-C']],
    [400, s3Error('InvalidRequest', '<Message>It is too large</Message>'), 'failed', ['InvalidRequest', 'too large']],
    [404, s3Error('NoSuchKey'), 'missing', ['s3://other/']],
    [404, s3Error('NoSuchBucket', '<BucketName>other</BucketName>'), 'missing', ['"other"']],
    [301, s3Error('PermanentRedirect', '<Endpoint>other.s3.eu-west-1</Endpoint>'), 'failed', ['other.s3.eu-west-1']],
    [400, s3Error('AuthorizationHeaderMalformed'), 'failed', ['AuthorizationHeaderMalformed']],
  ]
  it.each(answers)('takes %i %s as %s', async (status, body, refused, parts) => {
    const { copier } = await answering(status, body)
    for (const answer of [await copier.copy(REQUEST), await copier.readRange(REQUEST.source, START)]) {
      expect(answer).toMatchObject({ refused })
      for (const part of parts) expect(answer).toMatchObject({ reason: expect.stringContaining(part) })
    }
  })

  it.each([
    ['AccessDenied', 'denied'],
    ['InvalidObjectState', 'archived'],
  ])('takes the code %s in the body of a 200 as %s', async (code, refused) => {
    const { copier } = await answering(200, s3Error(code))
    expect(await copier.copy(REQUEST)).toMatchObject({ refused })
  })

  it.each([
    ['the source, by its condition', 'x-amz-copy-source-If-Match', 'changed'],
    ['the destination, by its condition', 'If-None-Match', 'exists'],
    ['one of them, which the answer does not name', undefined, 'exists'],
  ])('tells from a 412 that it is about %s', async (_, condition, expected) => {
    const name = condition === undefined ? '' : `<Condition>${condition}</Condition>`
    const { copier } = await answering(412, s3Error('PreconditionFailed', name))
    expect(await copier.copy(REQUEST)).toBe(expected)
  })

  it.each([
    [416, s3Error('InvalidRange'), 0, 'empty'],
    [416, s3Error('InvalidRange'), 5, 'changed'],
    [412, s3Error('PreconditionFailed'), 5, 'changed'],
  ])('takes %i %s for a range from byte %i as %s', async (status, body, start, expected) => {
    const { copier } = await answering(status, body)
    expect(await copier.readRange(REQUEST.source, { start, end: 10 })).toBe(expected)
  })

  it('bounds what S3 says, and keeps it on one line', async () => {
    const message = `a\u0007b\n${'long '.repeat(1000)}`
    const { copier } = await answering(403, s3Error('AccessDenied', `<Message>${message}</Message>`))
    const { reason } = Object(await copier.readRange(REQUEST.source, START))
    expect(reason.length).toBeLessThan(700)
    expect(reason).not.toMatch(/[\p{Cc}]/u)
  })

  it.each([
    [503, s3Error('SlowDown')],
    [500, s3Error('InternalError')],
    [404, s3Error('NoSuchBucket', '<BucketName>work</BucketName>')],
    [200, s3Error('InternalError')],
  ])('throws for %i %s when it copies, as that is not about the image', async (status, body) => {
    const { copier } = await answering(status, body)
    await expect(copier.copy(REQUEST)).rejects.toMatchObject({ code: 'upstream-failed' })
  })

  it('describes an object that may not be read as denied', async () => {
    const { copier } = await answering(403, '')
    expect(await copier.describe(REQUEST.source)).toBe('denied')
  })
})
