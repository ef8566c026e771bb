import { afterEach, describe, expect, it } from '@jest/globals'
import { s3Copier } from '../../../shared/platform/aws/s3-copier.ts'
import { s3Error, scripted } from './clients.ts'

const REQUEST = {
  source: 's3://other/a b/é+#%2F?.jpg',
  sourceEtag: '"v1"',
  key: 'data/b/images/a.jpg',
  contentType: 'image/jpeg',
  metadata: { 'source-size': '5' },
}

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
    expect(await copier.copy(REQUEST)).toBe('copied')
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
  it('reports a 403 as denied', async () => {
    const { copier } = await answering(403, s3Error('AccessDenied'))
    expect(await copier.copy(REQUEST)).toBe('denied')
    expect(await copier.describe(REQUEST.source)).toBe('denied')
  })
  it('detects an error in the body of a 200', async () => {
    const { copier } = await answering(200, s3Error('InternalError'))
    await expect(copier.copy(REQUEST)).rejects.toMatchObject({ code: 'upstream-failed' })
  })
})
