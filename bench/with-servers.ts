import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { awsEnvironment, functionEnvironment, keyEnvironment } from '../local/environment.ts'
import { startNode } from './child.ts'
import type { RequestCounts, Servers, ServersJob } from './servers.ts'
import { KEYS } from './token.ts'

export const WORKING_BUCKET = 'groundwork-bench'
export const SOURCE_BUCKET = 'open-images-dataset'

/** S3, SQS and web servers in their own process, and the environment for their functions. */
export interface RunningServers extends Servers {
  readonly directory: string
  readonly environment: NodeJS.ProcessEnv
  /** Starts a proxy that delays S3 in both directions. Returns its URL. */
  addLatency(milliseconds: number): Promise<string>
  /** Returns the requests since the last count. */
  countRequests(): Promise<RequestCounts>
}

/** Starts servers in a temporary folder, calls `use`, and stops and removes them. */
export async function withServers<Result>(
  use: (servers: RunningServers) => Promise<Result>,
  files: Readonly<Record<string, string>> = {},
): Promise<Result> {
  const directory = await mkdtemp(join(tmpdir(), 'groundwork-bench-s3-'))
  const child = startNode(['bench/servers.ts'])
  // The child answers each kind of job with its type.
  const run = async <Answer>(job: ServersJob): Promise<Answer> => (await child.run(job)).result as Answer
  try {
    const buckets = [WORKING_BUCKET, SOURCE_BUCKET]
    const servers = await run<Servers>({ do: 'start', directory, buckets, files })
    const environment = environmentFor(servers)
    await run<RequestCounts>({ do: 'count' })
    return await use({
      ...servers,
      directory,
      environment,
      addLatency: (milliseconds) => run<string>({ do: 'far', milliseconds }),
      countRequests: () => run<RequestCounts>({ do: 'count' }),
    })
  } finally {
    await child.stop()
    await rm(directory, { recursive: true, force: true, maxRetries: 3 })
  }
}

/** Returns the environment of the functions. It inherits only PATH, so that the caller's settings do not affect results. */
function environmentFor({ s3, sqs, queues }: Servers): NodeJS.ProcessEnv {
  return {
    PATH: process.env.PATH,
    ...awsEnvironment({}),
    ...keyEnvironment(KEYS),
    ...functionEnvironment({ s3, sqs }, WORKING_BUCKET, queues),
    POWERTOOLS_LOG_LEVEL: 'SILENT',
  }
}
