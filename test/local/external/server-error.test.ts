import { S3Client } from '@aws-sdk/client-s3'
import { ListQueuesCommand, SQSClient } from '@aws-sdk/client-sqs'
import { afterEach, describe, expect, it } from '@jest/globals'
import { askServer, SHORT_WAIT } from '../../../local/external/ask-server.ts'
import { openBucket } from '../../../local/external/open-bucket.ts'
import { ServerError } from '../../../local/external/server-error.ts'
import { type FakeServer, s3Error, startHttpServer } from './fake-server.ts'

const XML = 'application/xml'
const JSON_ERROR = 'application/x-amz-json-1.0'
const settings = { region: 'us-east-1', credentials: { accessKeyId: 'a', secretAccessKey: 'b' }, ...SHORT_WAIT }

let server: FakeServer | undefined
afterEach(async () => {
  await server?.stop()
  server = undefined
})

/** Opens the bucket `work` on an S3 server. Returns the message of the error. */
async function failureOn(url: string, changes: object = {}): Promise<string> {
  const client = new S3Client({ ...settings, endpoint: url, forcePathStyle: true, ...changes })
  const named = { kind: 'S3 server', variable: 'AWS_ENDPOINT_URL_S3', url } as const
  const error = await openBucket(client, named, 'work').catch((thrown: unknown) => thrown)
  client.destroy()
  expect(error).toBeInstanceOf(ServerError)
  return (error as ServerError).message
}

function expectOneLine(message: string, url: string, parts: readonly string[]): void {
  expect(message).toMatch(/^[^\n]+\.$/)
  for (const part of [url, 'AWS_ENDPOINT_URL_', ...parts]) expect(message).toContain(part)
}

/** What an S3 server answers to the first request, and what the message must say: the answer, and what to set. */
const ANSWERS: readonly [status: number, type: string, body: string, parts: readonly string[]][] = [
  [403, XML, s3Error('InvalidAccessKeyId'), ['InvalidAccessKeyId', '403', 'AWS_ACCESS_KEY_ID', 'AWS_PROFILE']],
  [403, XML, s3Error('SignatureDoesNotMatch'), ['SignatureDoesNotMatch', '403', 'AWS_SECRET_ACCESS_KEY']],
  [403, XML, s3Error('AccessDenied'), ['AccessDenied', '403', 'GROUNDWORK_BUCKET']],
  [403, XML, s3Error('RequestTimeTooSkewed'), ['RequestTimeTooSkewed', 'clock']],
  [400, XML, s3Error('ExpiredToken'), ['ExpiredToken', 'AWS_SESSION_TOKEN']],
  [400, XML, s3Error('InvalidToken'), ['InvalidToken', 'AWS_SESSION_TOKEN']],
  [400, XML, s3Error('AuthorizationHeaderMalformed', '<Region>eu-west-3</Region>'), ['AWS_REGION=eu-west-3']],
  [400, XML, s3Error('AuthorizationHeaderMalformed'), ['AWS_REGION']],
  [301, XML, s3Error('PermanentRedirect'), ['301', 'AWS_REGION']],
  // An unknown user, as one server names it.
  [404, XML, s3Error('XAdminUserNotFound'), ['XAdminUserNotFound', '404', 'AWS_ACCESS_KEY_ID']],
  [500, XML, s3Error('InternalError'), ['InternalError', '500']],
  [400, XML, s3Error('InvalidBucketName'), ['InvalidBucketName', 'GROUNDWORK_BUCKET']],
  [403, 'text/plain', 'no', ['403', 'AWS_ACCESS_KEY_ID']],
  [401, 'text/html', '<html>Sign in</html>', ['401', 'AWS_ACCESS_KEY_ID']],
  [200, 'text/html', '<!doctype html><html><body>Hello<br></body></html>', ['no S3 server', '200']],
  [200, 'text/html', '<html></html>', ['no S3 server', '200']],
  [200, 'application/json', '{"ok":true}', ['no S3 server', '200']],
  [200, 'text/plain', '', ['no S3 server', '200']],
  [404, 'text/html', '<html><body>nginx</body></html>', ['no S3 server', '404']],
  [404, 'application/json', '{"error":"no such route"}', ['no S3 server', '404']],
  [302, 'text/html', '', ['no S3 server', '302']],
  [502, 'text/html', '<html>Bad gateway</html>', ['502']],
]

describe('a named S3 server that cannot be used', () => {
  it.each(ANSWERS)('is named with what it answered and what to do: %i %s %s', async (status, type, body, parts) => {
    server = await startHttpServer((_, response) => response.writeHead(status, { 'content-type': type }).end(body))
    expectOneLine(await failureOn(server.url), server.url, ['AWS_ENDPOINT_URL_S3', ...parts])
  })

  it('may hold a bucket of that name that belongs to somebody else', async () => {
    server = await startHttpServer(({ method }, response) => {
      const [status, code] = method === 'GET' ? [404, 'NoSuchBucket'] : [409, 'BucketAlreadyExists']
      response.writeHead(Number(status), { 'content-type': XML }).end(s3Error(String(code)))
    })
    expectOneLine(await failureOn(server.url), server.url, ['"work"', 'BucketAlreadyExists', 'GROUNDWORK_BUCKET'])
  })

  it('may never answer', async () => {
    server = await startHttpServer(() => undefined)
    const requestHandler = { ...SHORT_WAIT.requestHandler, requestTimeout: 50 }
    expectOneLine(await failureOn(server.url, { requestHandler, maxAttempts: 1 }), server.url, ['ETIMEDOUT'])
  })

  it('needs credentials', async () => {
    server = await startHttpServer((_, response) => response.end())
    const credentials = async () => {
      throw Object.assign(new Error('Could not load\ncredentials'), { name: 'CredentialsProviderError' })
    }
    expectOneLine(await failureOn(server.url, { credentials }), server.url, ['AWS_ACCESS_KEY_ID', 'AWS_PROFILE'])
  })
})

describe('a named SQS server that cannot be used', () => {
  it.each([
    [403, JSON_ERROR, '{"__type":"InvalidClientTokenId","message":"m"}', ['InvalidClientTokenId', 'AWS_ACCESS_KEY_ID']],
    [403, XML, s3Error('InvalidAccessKeyId'), ['403', 'AWS_ACCESS_KEY_ID']],
    [404, 'text/html', '<html>', ['no SQS server', '404']],
    [200, 'text/html', '<html>', ['no SQS server', '200']],
    [400, JSON_ERROR, '{"__type":"com.amazonaws.sqs#OverLimit","message":"m"}', ['OverLimit', '400']],
  ])('is named with what it answered: %i %s %s', async (status, type, body, parts) => {
    server = await startHttpServer((_, response) => response.writeHead(status, { 'content-type': type }).end(body))
    const named = { kind: 'SQS server', variable: 'AWS_ENDPOINT_URL_SQS', url: server.url } as const
    const client = new SQSClient({ ...settings, endpoint: server.url })
    const asked = askServer(named, 'list the queues', () => client.send(new ListQueuesCommand({})))
    const error: unknown = await asked.catch((thrown: unknown) => thrown)
    client.destroy()
    expectOneLine((error as ServerError).message, server.url, ['AWS_ENDPOINT_URL_SQS', ...parts])
  })
})
