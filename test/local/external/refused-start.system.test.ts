import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { existsSync } from 'node:fs'
import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { ListBucketsCommand, S3Client } from '@aws-sdk/client-s3'
import { afterAll, afterEach, beforeAll, describe, expect, it } from '@jest/globals'
import { buildApp } from 'fauxqs'
import { type FakeServer, s3Error, startHttpServer, startTcpServer } from './fake-server.ts'

const DEV = new URL('../../../local/dev.ts', import.meta.url).pathname
const TOKEN = new URL('../../../tools/token.ts', import.meta.url).pathname
const MINE = { AWS_ACCESS_KEY_ID: 'mine', AWS_SECRET_ACCESS_KEY: 'mine', AWS_REGION: 'eu-west-1' }

let directory: string
let server: FakeServer | undefined
beforeAll(async () => {
  directory = await mkdtemp(join(tmpdir(), 'refused-'))
})
afterEach(async () => {
  await server?.stop()
  server = undefined
})
afterAll(() => rm(directory, { recursive: true }))

/** Runs a program that must fail with one line and leave no state. Returns the line. */
async function failure(environment: Readonly<Record<string, string>>, program = DEV, ...args: string[]) {
  const state = join(directory, 'state')
  const settings = { NODE_OPTIONS: '', GROUNDWORK_DIR: state, PORT: '0', ...MINE, ...environment }
  const child = spawn(process.execPath, [program, ...args], { env: { ...process.env, ...settings } })
  const output = { stdout: '', stderr: '' }
  child.stdout.on('data', (part) => (output.stdout += part))
  child.stderr.on('data', (part) => (output.stderr += part))
  expect(await once(child, 'close')).toEqual([1, null])
  expect([output.stdout, existsSync(state)]).toEqual(['', false])
  expect(output.stderr).toMatch(/^[^\n]+\n$/)
  return output.stderr
}

describe('npm run dev with a named server that cannot be used', () => {
  it.each([
    ['http://127.0.0.1:1', 'ECONNREFUSED'],
    ['http://no-such-host.invalid:9000', 'host'],
  ])('names the address: %s', async (url, part) => {
    for (const variable of ['AWS_ENDPOINT_URL_S3', 'AWS_ENDPOINT_URL_SQS', 'AWS_ENDPOINT_URL_SAGEMAKER']) {
      const line = await failure({ [variable]: url })
      for (const expected of [url, variable, part]) expect(line).toContain(expected)
    }
  })

  it.each([
    ['220 smtp.example.com ESMTP\r\n', 'HTTP'],
    ['', 'ECONNRESET'],
  ])('notices what does not speak HTTP: %j', async (bytes, part) => {
    server = await startTcpServer(bytes)
    const line = await failure({ AWS_ENDPOINT_URL_S3: server.url })
    for (const expected of [server.url, part]) expect(line).toContain(expected)
  })

  it('notices what does not speak TLS', async () => {
    server = await startHttpServer((_, response) => response.end())
    expect(await failure({ AWS_ENDPOINT_URL_S3: server.url.replace('http:', 'https:') })).toContain('TLS')
  })

  it('refuses an address that is no URL', async () => {
    expect(await failure({ AWS_ENDPOINT_URL_S3: 'localhost:9000' })).toContain('"localhost:9000"')
  })

  it.each([
    [{ AWS_ACCESS_KEY_ID: '', AWS_SECRET_ACCESS_KEY: '', AWS_SHARED_CREDENTIALS_FILE: '/dev/null' }],
    [{ AWS_ACCESS_KEY_ID: '', AWS_SECRET_ACCESS_KEY: '', AWS_PROFILE: 'unknown', AWS_CONFIG_FILE: '/dev/null' }],
  ])('has no credentials of its own to offer: %j', async (environment) => {
    server = await startHttpServer((_, response) => response.end())
    expect(await failure({ AWS_ENDPOINT_URL_S3: server.url, ...environment })).toContain('AWS_ACCESS_KEY_ID')
  })

  it('sends the credentials and the region of the caller, also from the token tool', async () => {
    const authorizations: (string | undefined)[] = []
    server = await startHttpServer(({ headers }, response) => {
      authorizations.push(headers.authorization, String(headers['x-amz-security-token']))
      response.writeHead(403, { 'content-type': 'application/xml' }).end(s3Error('InvalidAccessKeyId'))
    })
    const environment = { AWS_ENDPOINT_URL_S3: server.url, AWS_SESSION_TOKEN: 'session' }
    for (const line of [await failure(environment), await failure(environment, TOKEN, 'list')])
      expect(line).toContain('InvalidAccessKeyId')
    const mine = expect.stringMatching(/Credential=mine\/\d+\/eu-west-1\//)
    expect(authorizations).toEqual([mine, 'session', mine, 'session'])
  })

  it('refuses an S3 server that ignores conditional writes, names them, and leaves nothing there', async () => {
    const app = buildApp({ logger: false, defaultRegion: 'us-east-1' })
    const url = await app.listen({ port: 0, host: '127.0.0.1' })
    const credentials = { accessKeyId: 'mine', secretAccessKey: 'mine' }
    const s3 = new S3Client({ endpoint: url, region: 'eu-west-1', forcePathStyle: true, credentials })
    try {
      const line = await failure({ AWS_ENDPOINT_URL_S3: url })
      for (const expected of [url, 'If-None-Match of PutObject']) expect(line).toContain(expected)
      expect((await s3.send(new ListBucketsCommand())).Buckets ?? []).toEqual([])
    } finally {
      s3.destroy()
      await app.close()
    }
  })
})
