import { once } from 'node:events'
import { mkdtemp, rm } from 'node:fs/promises'
import http from 'node:http'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { ListObjectsV2Command, S3Client } from '@aws-sdk/client-s3'
import { SAMPLE_DATASETS } from '../../../local/sample-data/sample.ts'
import { putSampleFiles } from '../../../local/sample-data/sample-files.ts'
import { type Stack, type StackOptions, startStack } from '../../../local/stack.ts'
import { pollUntil } from '../poll.ts'
import { expectDeclared } from './declared-answers.ts'

/** An answer of the API. */
export interface Answer {
  readonly status: number
  readonly headers: Headers
  readonly text: string
  /** The parsed body, if it is JSON. */
  // biome-ignore lint/suspicious/noExplicitAny: tests read bodies of every shape
  readonly json: any
}

/** The whole system on this machine, called over HTTP. */
export interface RunningApi {
  readonly stack: Stack
  readonly s3: S3Client
  /** Sends a request. Objects are sent as JSON. The stack's token is added unless `authorization` is given, even empty. */
  call(method: string, path: string, body?: unknown, headers?: Record<string, string>): Promise<Answer>
  /** Polls a path with GET until its answer is accepted. */
  until(path: string, accepts: (answer: Answer) => boolean): Promise<Answer>
  /** Lists the keys of the working bucket without events and deliveries, which are written some time later. */
  keys(prefix?: string): Promise<string[]>
  /** Registers a dataset of the sample data and imports it. */
  importSample(dataset: keyof typeof SAMPLE_DATASETS): Promise<void>
  stop(): Promise<void>
}

/** Sends a request with its path as given, because `fetch` resolves `%2e%2e`, and checks the answer against the contract. */
async function send(
  api: string,
  method: string,
  path: string,
  headers: Record<string, string>,
  body: string | Uint8Array | undefined,
): Promise<Answer> {
  const { hostname, port } = new URL(api)
  const length = body === undefined ? {} : { 'content-length': Buffer.byteLength(body) }
  const request = http.request({ hostname, port, method, path, headers: { ...headers, ...length } })
  request.end(body)
  const [response] = (await once(request, 'response')) as [http.IncomingMessage]
  const text = Buffer.concat(await response.toArray()).toString()
  const given = Object.entries(response.headers).map(([name, value]) => [name, String(value)] as [string, string])
  const answer = { status: response.statusCode ?? 0, headers: new Headers(given), text }
  await expectDeclared({ method, path, ...answer })
  const isJson = /^application\/(problem\+)?json$/.test(response.headers['content-type'] ?? '')
  return { ...answer, json: isJson && text !== '' ? JSON.parse(text) : undefined }
}

/** What is needed to call a stack, in this process or another one. */
export type StackAccess = Pick<Stack, 'api' | 's3' | 'bucket' | 'token' | 's3Credentials'>

/** The whole system on this machine, which runs in another process. */
export type CalledApi = Omit<RunningApi, 'stack' | 'stop'> & {
  readonly stack: StackAccess
  /** Closes the connections. */
  disconnect(): void
}

/** Calls a stack that runs. */
export function callStack<Access extends StackAccess>(stack: Access): CalledApi & { readonly stack: Access } {
  const s3 = new S3Client({
    endpoint: stack.s3,
    forcePathStyle: true,
    region: process.env.AWS_REGION ?? 'us-east-1',
    ...(stack.s3Credentials && { credentials: stack.s3Credentials }),
  })

  const call: RunningApi['call'] = async (method, path, body, headers = {}) => {
    const isRaw = body === undefined || typeof body === 'string' || body instanceof Uint8Array
    const type = body === undefined ? {} : { 'content-type': 'application/json' }
    const { authorization = `Bearer ${stack.token}`, ...others } = headers
    const token = authorization === '' ? {} : { authorization }
    return send(stack.api, method, path, { ...type, ...token, ...others }, isRaw ? body : JSON.stringify(body))
  }

  const until: RunningApi['until'] = (path, accepts) =>
    pollUntil(
      () => call('GET', path),
      accepts,
      ({ text }) => `${path} answered ${text}`,
    )

  return {
    stack,
    s3,
    call,
    until,
    keys: async (prefix = '') => {
      const { Contents = [] } = await s3.send(new ListObjectsV2Command({ Bucket: stack.bucket, Prefix: prefix }))
      return Contents.map(({ Key = '' }) => Key).filter((key) => !/^system\/(events|deliveries)\//.test(key))
    },
    importSample: async (dataset) => {
      await call('PUT', `/v1/datasets/${dataset}`, SAMPLE_DATASETS[dataset])
      await call('POST', `/v1/datasets/${dataset}/import`)
      await until(`/v1/datasets/${dataset}`, ({ json }) => json.state === 'ready')
    },
    disconnect: () => s3.destroy(),
  }
}

/**
 * Starts the system in a temporary folder, with the files of the sample data on its S3. Start one per test file, in a hook
 * with `STACK_TIMEOUT_MS`.
 *
 * @param labeling how the simulated workers behave
 */
export async function startApi(labeling: StackOptions['labeling'] = {}): Promise<RunningApi> {
  const directory = await mkdtemp(join(tmpdir(), 'api-'))
  const stack = await startStack({ directory, visibilitySeconds: 1, labeling })
  await putSampleFiles(stack.s3, stack.s3Credentials)
  const { disconnect, ...api } = callStack(stack)
  return {
    ...api,
    stop: async () => {
      disconnect()
      await stack.stop()
      await rm(directory, { recursive: true })
    },
  }
}
