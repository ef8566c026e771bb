import { type ChildProcess, spawn } from 'node:child_process'
import { once } from 'node:events'
import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { createInterface } from 'node:readline'
import { afterEach, beforeEach, describe, expect, it } from '@jest/globals'
import { startLabelingService } from '../../../local/labeling-service/server.ts'
import type { Running } from '../../../local/running.ts'
import { startS3Server } from '../../../local/s3/server.ts'
import { startQueueServer } from '../../../local/sqs/queues.ts'
import { CREDENTIALS } from '../../support/credentials.ts'
import { fetchDeclared } from '../../support/http/declared-answers.ts'
import { pollUntil } from '../../support/poll.ts'

const PROGRAM = new URL('../../../local/dev.ts', import.meta.url).pathname

let directory: string
let child: ChildProcess | undefined
let servers: Pick<Running, 'stop'>[]
beforeEach(async () => {
  directory = await mkdtemp(join(tmpdir(), 'mixed-'))
  servers = []
})
afterEach(async () => {
  child?.kill('SIGKILL')
  await (child && once(child, 'close'))
  for (const server of servers.toReversed()) await server.stop()
  await rm(directory, { recursive: true })
})

function keep(server: Running): string {
  servers.push(server)
  return server.url
}

const s3 = async () => keep(await startS3Server({ directory: join(directory, 'theirs'), credentials: CREDENTIALS }))
const sqs = async () => keep(await startQueueServer({ credentials: CREDENTIALS }))
const labeling = async (url: string) =>
  keep(
    await startLabelingService({
      s3: url,
      s3Credentials: CREDENTIALS,
      credentials: CREDENTIALS,
      directory: join(directory, 'jobs'),
      pace: { milliseconds: 10 },
    }),
  )

/** Starts `npm run dev` with the keys of the tests, which it may send only to the servers that are named. */
async function startDev(named: Readonly<Record<string, string>>) {
  const env = {
    ...process.env,
    NODE_OPTIONS: '',
    GROUNDWORK_DIR: join(directory, 'state'),
    PORT: '0',
    AWS_ACCESS_KEY_ID: CREDENTIALS.accessKeyId,
    AWS_SECRET_ACCESS_KEY: CREDENTIALS.secretAccessKey,
    AWS_REGION: 'us-east-1',
    ...named,
  }
  child = spawn(process.execPath, [PROGRAM], { env, stdio: ['ignore', 'pipe', 'ignore'] })
  if (!child.stdout) throw new Error('the program has no output')
  for await (const line of createInterface({ input: child.stdout }))
    if (line.startsWith('ready ')) return JSON.parse(line.slice('ready '.length))
}

describe('a stack with a server of its user', () => {
  it.each<[string, () => Promise<Record<string, string>>]>([
    ['S3', async () => ({ AWS_ENDPOINT_URL_S3: await s3() })],
    ['SQS', async () => ({ AWS_ENDPOINT_URL_SQS: await sqs() })],
    [
      'S3 and the labeling service',
      async () => {
        const url = await s3()
        return { AWS_ENDPOINT_URL_S3: url, AWS_ENDPOINT_URL_SAGEMAKER: await labeling(url) }
      },
    ],
  ])('does a whole job with the keys of each: %s', async (_, start) => {
    const ready = await startDev(await start())
    expect(JSON.stringify(ready)).not.toContain(CREDENTIALS.secretAccessKey)
    const call = async (method: string, path: string, body?: unknown) => {
      const headers = { authorization: `Bearer ${ready.token}`, 'content-type': 'application/json' }
      const init = { method, headers, ...(body !== undefined && { body: JSON.stringify(body) }) }
      const response = await fetchDeclared(`${ready.api}${path}`, init)
      return { status: response.status, json: JSON.parse(await response.text()) }
    }
    const until = (path: string, accepts: (json: { status?: string; state?: string }) => boolean) =>
      pollUntil(
        () => call('GET', path),
        ({ json }) => accepts(json),
        ({ json }) => `${path} answered ${JSON.stringify(json)}`,
      )
    const teams = await call('GET', '/v1/workteams')
    const labelingJob = { workteamArn: teams.json.items[0].workteamArn, workersPerObject: 1 }
    const request = { dataset: 'sample-train', classNames: ['Person'], examplesPerClass: 4, run: 'label', labelingJob }
    expect((await call('PUT', '/v1/batches/mixed', request)).status).toBe(202)
    await until('/v1/labeling-jobs/mixed', ({ status }) => status === 'Completed')
    const { json } = await call('GET', '/v1/labeling-jobs/mixed/annotations')
    expect(json.items).toHaveLength(4)
  })
})
