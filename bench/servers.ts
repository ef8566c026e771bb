import { subscribe } from 'node:diagnostics_channel'
import type { IncomingMessage, Server, ServerResponse } from 'node:http'
import { SQSClient } from '@aws-sdk/client-sqs'
import { createBucket } from '../local/bucket.ts'
import { setDevToken } from '../local/dev-token.ts'
import { awsEnvironment, keyEnvironment, setEnvironment } from '../local/environment.ts'
import { REGION } from '../local/gateway/lambda-context.ts'
import { startS3Server } from '../local/s3/server.ts'
import { createQueues, type QueueUrls, startQueueServer } from '../local/sqs/queues.ts'
import { startLatencyProxy } from './latency-proxy.ts'
import { serveJobs } from './serve-jobs.ts'
import { KEYS, TOKEN } from './token.ts'
import { startWebServer } from './web-files.ts'

/** Parameters: data directory of S3, buckets (the working bucket first), and files of the web server by name. */
interface Start {
  readonly directory: string
  readonly buckets: readonly string[]
  readonly files: Readonly<Record<string, string>>
}

/** A job: start the servers, start a latency proxy for S3, or count the requests since the last count. */
export type ServersJob =
  | ({ readonly do: 'start' } & Start)
  | { readonly do: 'far'; readonly milliseconds: number }
  | { readonly do: 'count' }

export interface Servers {
  readonly s3: string
  readonly sqs: string
  readonly web: string
  readonly queues: QueueUrls
}

/** Requests by server and kind, and the bytes of S3 responses. */
export interface RequestCounts {
  readonly s3: Readonly<Record<string, number>>
  readonly sqs: number
  readonly s3Bytes: number
}

setEnvironment({ ...awsEnvironment({}), ...keyEnvironment(KEYS) })
let s3Port = ''
let sqsPort = ''
let s3: Record<string, number> = {}
let sqs = 0
let s3Bytes = 0

interface Exchange {
  readonly request: IncomingMessage
  readonly response: ServerResponse
  readonly server: Server
}
const isAt = ({ request }: Exchange, port: string): boolean => String(request.socket.localPort) === port

// Counted through diagnostics channels, which change neither client nor server.
subscribe('http.server.request.start', (message) => {
  const exchange = message as Exchange
  if (isAt(exchange, sqsPort)) sqs += 1
  if (!isAt(exchange, s3Port)) return
  const method = toRequestKind(exchange.request)
  s3[method] = (s3[method] ?? 0) + 1
})
subscribe('http.server.response.finish', (message) => {
  const exchange = message as Exchange
  if (isAt(exchange, s3Port) && exchange.request.method === 'GET')
    s3Bytes += Number(exchange.response.getHeader('content-length') ?? 0)
})

/** Returns the kind of a request. LIST and COPY are separate, because S3 prices them differently from GET and PUT. */
function toRequestKind({ method = '', url = '', headers }: IncomingMessage): string {
  if (method === 'GET' && url.includes('list-type=')) return 'LIST'
  return method === 'PUT' && 'x-amz-copy-source' in headers ? 'COPY' : method
}

const stops: (() => Promise<void>)[] = []

await serveJobs<ServersJob>(async (job) => {
  if (job.do === 'start') return await start(job)
  if (job.do === 'far') {
    const proxy = await startLatencyProxy(`http://127.0.0.1:${s3Port}`, job.milliseconds)
    stops.push(proxy.stop)
    return proxy.url
  }
  const counts: RequestCounts = { s3, sqs, s3Bytes }
  s3 = {}
  sqs = 0
  s3Bytes = 0
  return counts
})
for (const stop of stops.toReversed()) await stop()
process.exit()

async function start({ directory, buckets, files }: Start): Promise<Servers> {
  const store = await startS3Server({ directory, credentials: KEYS, region: REGION })
  const queueServer = await startQueueServer({ credentials: KEYS })
  const webServer = await startWebServer(files)
  s3Port = new URL(store.url).port
  sqsPort = new URL(queueServer.url).port
  const client = new SQSClient({ endpoint: queueServer.url })
  stops.push(store.stop, queueServer.stop, webServer.stop, async () => client.destroy())
  for (const bucket of buckets) await createBucket(store.url, bucket)
  await setDevToken(TOKEN, store.url, buckets[0] ?? '')
  const queues = await createQueues(client, queueServer.url, { visibilitySeconds: 30, maxReceives: 5 })
  return { s3: store.url, sqs: queueServer.url, web: webServer.url, queues }
}
