import { once } from 'node:events'
import { mkdtemp, rm } from 'node:fs/promises'
import http from 'node:http'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { setTimeout as wait } from 'node:timers/promises'
import { ListObjectsV2Command, S3Client } from '@aws-sdk/client-s3'
import { SAMPLE_DATASETS } from '../../local/sample-data/sample.ts'
import { putSampleFiles } from '../../local/sample-data/sample-files.ts'
import { type Stack, type StackOptions, startStack } from '../../local/stack.ts'
import { expectDeclared } from '../support/declared-answers.ts'

/** An answer of the API. */
export interface Answer {
  readonly status: number
  readonly headers: Headers
  readonly text: string
  /** The body, where it is JSON. */
  // biome-ignore lint/suspicious/noExplicitAny: tests look into answers of every shape
  readonly json: any
}

/** The whole system on this machine, over HTTP. */
export interface RunningApi {
  readonly stack: Stack
  readonly s3: S3Client
  /** A body that is no string is sent as JSON. The stack's token goes along, but for an empty `authorization`. */
  call(method: string, path: string, body?: unknown, headers?: Record<string, string>): Promise<Answer>
  /** GETs until the answer is as it should be, for ten seconds at most. */
  until(path: string, isThere: (answer: Answer) => boolean): Promise<Answer>
  /** Keys of the working bucket, but for events and deliveries: these come by themselves, some time later. */
  keys(prefix?: string): Promise<string[]>
  /** Registers a dataset of the sample and imports it. */
  importSample(dataset: keyof typeof SAMPLE_DATASETS): Promise<void>
  stop(): Promise<void>
}

/** One request, its path as it is: `fetch` would resolve `%2e%2e` by itself. Fails on what the contract does not declare. */
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

/**
 * Starts it in a folder of its own, with the sample's files on its S3. One for each test file.
 * @param labeling how its simulated workers work
 */
export async function startApi(labeling: StackOptions['labeling'] = {}): Promise<RunningApi> {
  const directory = await mkdtemp(join(tmpdir(), 'api-'))
  const stack = await startStack({ directory, visibilitySeconds: 1, labeling })
  await putSampleFiles(stack.s3)
  const s3 = new S3Client({ endpoint: stack.s3, forcePathStyle: true })

  const call: RunningApi['call'] = async (method, path, body, headers = {}) => {
    const isRaw = body === undefined || typeof body === 'string' || body instanceof Uint8Array
    const type = body === undefined ? {} : { 'content-type': 'application/json' }
    const { authorization = `Bearer ${stack.token}`, ...others } = headers
    const token = authorization === '' ? {} : { authorization }
    return send(stack.api, method, path, { ...type, ...token, ...others }, isRaw ? body : JSON.stringify(body))
  }

  const until: RunningApi['until'] = async (path, isThere) => {
    const giveUpAt = Date.now() + 10_000
    for (;;) {
      const answer = await call('GET', path)
      if (isThere(answer)) return answer
      if (Date.now() > giveUpAt) throw new Error(`${path} stays as it is: ${answer.text}`)
      await wait(20)
    }
  }

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
    stop: async () => {
      s3.destroy()
      await stack.stop()
      await rm(directory, { recursive: true })
    },
  }
}
