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

/** What API Gateway would make of a request, as far as functions look at it. */
export interface ApiCall {
  readonly file: string
  readonly method: string
  readonly path: string
  readonly params: Readonly<Record<string, string>>
  readonly query?: Readonly<Record<string, string>>
  readonly body?: unknown
}

/** Functions, each in a process of its own. */
export interface FunctionsAtWork {
  /** Calls an endpoint and returns its JSON. @throws Error when it refuses */
  call(call: ApiCall): Promise<Record<string, unknown>>
  /** Asks an endpoint again and again, until its answer is what is waited for. */
  until(
    call: ApiCall,
    isOver: (answer: Record<string, unknown>) => boolean,
    seconds: number,
  ): Promise<Record<string, unknown>>
  /** The calls of each function since this was asked the last time, by its file. */
  reports(): Promise<Map<string, CallReport[]>>
}

export interface AtWorkOptions {
  /** Chunks done at the same time by the one process of run-chunk. */
  readonly concurrency: number
}

/** Asking costs requests as well: as often as a patient caller would. */
const POLL_MILLISECONDS = 500
export const RUN_CHUNK = 'functions/workers/run-chunk.ts'
export const RUN_TASK = 'functions/workers/run-task.ts'
/**
 * V8 lets its young generation grow by the memory of the machine, here to 128 MB. A function sees its own memory: up to
 * 2 GB, Node's two halves have less than 16 MB each.
 * @see https://nodejs.org/api/cli.html#--max-semi-space-sizesize-in-mib
 */
const HEAP = '--max-semi-space-size=8'

/** Bundles functions as a deployment does, and starts workers on their queues; endpoints start when they are called. */
export async function withFunctions<Result>(
  { environment, queues }: RunningServers,
  { concurrency }: AtWorkOptions,
  use: (functions: FunctionsAtWork) => Promise<Result>,
): Promise<Result> {
  const folder = await mkdtemp(join(tmpdir(), 'groundwork-bench-functions-'))
  const children = new Map<string, Child>()
  const program = await bundleProgram('bench/function-process.ts', join(folder, 'function-process'))
  const start = async (file: string, ...queue: string[]): Promise<Child> => {
    const known = children.get(file)
    if (known) return known
    const { path } = await bundleFunction(file, join(folder, `${basename(file, '.ts')}-${children.size}`))
    const child = startChild(process.execPath, [HEAP, program.path, path, ...queue], environment)
    children.set(file, child)
    return child
  }
  const tell = (child: Child, job: FunctionJob) => child.run(job)
  const call = async (asked: ApiCall): Promise<Record<string, unknown>> => {
    const { result } = await tell(await start(asked.file), { do: 'call', event: eventOf(asked) })
    const { statusCode, body: answer = '{}' } = result as { statusCode: number; body?: string }
    if (statusCode >= 400) throw new Error(`${asked.method} ${asked.path} answered ${statusCode}: ${answer}`)
    return JSON.parse(answer)
  }
  try {
    await start(RUN_CHUNK, queues.chunks, String(concurrency))
    await start(RUN_TASK, queues.tasks, '1')
    return await use({
      call,
      until: async (asked, isOver, seconds) => {
        const giveUpAt = Date.now() + seconds * 1000
        while (Date.now() < giveUpAt) {
          const answer = await call(asked)
          if (isOver(answer)) return answer
          await wait(POLL_MILLISECONDS)
        }
        throw new Error(`${asked.path} was not done within ${seconds} seconds`)
      },
      reports: async () => {
        const reports = new Map<string, CallReport[]>()
        for (const [file, child] of children)
          reports.set(file, (await tell(child, { do: 'report' })).result as CallReport[])
        return reports
      },
    })
  } finally {
    await Promise.all([...children.values()].map((child) => child.stop()))
    await rm(folder, { recursive: true, force: true })
  }
}

const eventOf = ({ method, path, params, query, body }: ApiCall) => ({
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
