import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { basename, join } from 'node:path'
import { setTimeout as wait } from 'node:timers/promises'
import { bundleFunction, bundleProgram } from './bundles/build.ts'
import { type Child, startChild } from './child.ts'
import type { FunctionJob } from './function-process.ts'
import type { CallReport } from './function-report.ts'
import { TOKEN } from './token.ts'
import type { RunningServers } from './with-servers.ts'

/** An API request, reduced to what functions read. */
export interface ApiCall {
  readonly file: string
  readonly method: string
  readonly path: string
  readonly params: Readonly<Record<string, string>>
  readonly query?: Readonly<Record<string, string>>
  readonly body?: unknown
}

/** Functions that each run in their own process. */
export interface RunningFunctions {
  /** Calls an endpoint and returns its JSON. @throws Error for a status of 400 or above */
  call(call: ApiCall): Promise<Record<string, unknown>>
  /** Polls an endpoint until `isOver` is true. @throws Error on timeout */
  until(
    call: ApiCall,
    isOver: (answer: Record<string, unknown>) => boolean,
    seconds: number,
  ): Promise<Record<string, unknown>>
  /** Returns the calls of each function since the last report, by file. */
  reports(): Promise<Map<string, CallReport[]>>
}

export interface FunctionOptions {
  /** Concurrent chunks in the process of run-chunk. */
  readonly concurrency: number
}

/** Not shorter, because polling adds requests to the measurement. */
const POLL_MILLISECONDS = 500
export const RUN_CHUNK = 'functions/workers/run-chunk.ts'
export const RUN_TASK = 'functions/workers/run-task.ts'
/**
 * V8 sizes its young generation by the memory of the machine, here up to 128 MB. With the memory of a function, up to
 * 2 GB, its semi-spaces have less than 16 MB each.
 * @see https://nodejs.org/api/cli.html#--max-semi-space-sizesize-in-mib
 */
const HEAP_OPTION = '--max-semi-space-size=8'

/** Bundles functions as a deployment does. Starts the workers on their queues; endpoints start on their first call. */
export async function withFunctions<Result>(
  { environment, queues }: RunningServers,
  { concurrency }: FunctionOptions,
  use: (functions: RunningFunctions) => Promise<Result>,
): Promise<Result> {
  const folder = await mkdtemp(join(tmpdir(), 'groundwork-bench-functions-'))
  const children = new Map<string, Child>()
  const program = await bundleProgram('bench/function-process.ts', join(folder, 'function-process'))
  const start = async (file: string, ...queue: string[]): Promise<Child> => {
    const known = children.get(file)
    if (known) return known
    const { path } = await bundleFunction(file, join(folder, `${basename(file, '.ts')}-${children.size}`))
    const child = startChild(process.execPath, [HEAP_OPTION, program.path, path, ...queue], environment)
    children.set(file, child)
    return child
  }
  const sendJob = (child: Child, job: FunctionJob) => child.run(job)
  const call = async (apiCall: ApiCall): Promise<Record<string, unknown>> => {
    const { result } = await sendJob(await start(apiCall.file), { do: 'call', event: toEvent(apiCall) })
    const { statusCode, body: answer = '{}' } = result as { statusCode: number; body?: string }
    if (statusCode >= 400) throw new Error(`${apiCall.method} ${apiCall.path} answered ${statusCode}: ${answer}`)
    return JSON.parse(answer)
  }
  try {
    await start(RUN_CHUNK, queues.chunks, String(concurrency))
    await start(RUN_TASK, queues.tasks, '1')
    return await use({
      call,
      until: async (apiCall, isOver, seconds) => {
        const deadline = Date.now() + seconds * 1000
        while (Date.now() < deadline) {
          const answer = await call(apiCall)
          if (isOver(answer)) return answer
          await wait(POLL_MILLISECONDS)
        }
        throw new Error(`${apiCall.path} was not done within ${seconds} seconds`)
      },
      reports: async () => {
        const reports = new Map<string, CallReport[]>()
        for (const [file, child] of children)
          reports.set(file, (await sendJob(child, { do: 'report' })).result as CallReport[])
        return reports
      },
    })
  } finally {
    await Promise.all([...children.values()].map((child) => child.stop()))
    await rm(folder, { recursive: true, force: true })
  }
}

const toEvent = ({ method, path, params, query, body }: ApiCall) => ({
  version: '2.0',
  routeKey: `${method} ${path}`,
  rawPath: path,
  rawQueryString: new URLSearchParams(query).toString(),
  ...(query && { queryStringParameters: query }),
  headers: { 'content-type': 'application/json', authorization: `Bearer ${TOKEN}` },
  pathParameters: params,
  requestContext: { requestId: 'bench', http: { method, path, protocol: 'HTTP/1.1', sourceIp: '127.0.0.1' } },
  ...(body !== undefined && { body: JSON.stringify(body) }),
  isBase64Encoded: false,
})
