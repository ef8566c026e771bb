import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { awsEnvironment, functionEnvironment } from '../local/environment.ts'
import { startNode } from './child.ts'
import type { Asked, Servers, ServersJob } from './servers.ts'

export const WORKING_BUCKET = 'groundwork-bench'
export const SOURCE_BUCKET = 'open-images-dataset'

/** S3 and SQS in a process of their own, and the environment that their functions have. */
export interface RunningServers extends Servers {
  readonly directory: string
  readonly environment: NodeJS.ProcessEnv
  /** An address of the same S3 from which everything takes so much longer, each way. */
  fartherAway(milliseconds: number): Promise<string>
  /** What was asked since this was asked the last time. */
  asked(): Promise<Asked>
}

/** Starts servers in a folder that is removed at the end, whatever becomes of what is done with them. */
export async function withServers<Result>(
  use: (servers: RunningServers) => Promise<Result>,
  files: Readonly<Record<string, string>> = {},
): Promise<Result> {
  const directory = await mkdtemp(join(tmpdir(), 'groundwork-bench-s3-'))
  const child = startNode(['bench/servers.ts'])
  const job = async <Answer>(asked: ServersJob): Promise<Answer> => (await child.run(asked)).result as Answer
  try {
    const buckets = [WORKING_BUCKET, SOURCE_BUCKET]
    const servers = await job<Servers>({ do: 'start', directory, buckets, files })
    const environment = environmentFor(servers)
    await job<Asked>({ do: 'count' })
    return await use({
      ...servers,
      directory,
      environment,
      fartherAway: (milliseconds) => job<string>({ do: 'far', milliseconds }),
      asked: () => job<Asked>({ do: 'count' }),
    })
  } finally {
    await child.stop()
    await rm(directory, { recursive: true, force: true, maxRetries: 3 })
  }
}

/** Only what a function would have, and where programs are: nothing that is set outside decides a figure. */
function environmentFor({ s3, sqs, queues }: Servers): NodeJS.ProcessEnv {
  return {
    PATH: process.env.PATH,
    ...awsEnvironment({}),
    ...functionEnvironment({ s3, sqs }, WORKING_BUCKET, queues),
    POWERTOOLS_LOG_LEVEL: 'SILENT',
  }
}
