import { spawn } from 'node:child_process'
import { randomUUID } from 'node:crypto'
import { once } from 'node:events'
import { fileURLToPath } from 'node:url'
import { externalServers } from '../local/external/servers.ts'
import type { Running } from '../local/running.ts'
import { findPythonObstacle } from './clients/install.ts'
import { readCommandLine } from './command-line.ts'
import { startKeyGate } from './other-servers/key-gate.ts'
import { startMoto } from './other-servers/moto.ts'
import { readOptions, USAGE } from './other-servers/options.ts'

type Variables = Readonly<Record<string, string | undefined>>

const JOB = fileURLToPath(new URL('other-servers/job.ts', import.meta.url))
const EMBEDDED = {
  AWS_ENDPOINT_URL_S3: undefined,
  AWS_ENDPOINT_URL_SQS: undefined,
  AWS_ENDPOINT_URL_SAGEMAKER: undefined,
}
const MOTO_CREDENTIALS = { AWS_ACCESS_KEY_ID: 'key-of-moto', AWS_SECRET_ACCESS_KEY: 'secret', AWS_REGION: 'eu-west-1' }

/** Does a whole job in a process of its own and returns what it gave. @throws Error when it fails */
async function doJob(changes: Variables): Promise<string> {
  const env = { ...process.env, ...changes }
  const child = spawn(process.execPath, [JOB], { env, stdio: ['ignore', 'pipe', 'inherit'] })
  process.once('exit', () => child.kill('SIGTERM'))
  let output = ''
  child.stdout.on('data', (part) => (output += part))
  const [status] = await once(child, 'close')
  if (status !== 0) throw new Error(`The job failed with status ${status}`)
  return output.trim()
}

/** Starts moto behind its gate, and returns the variables that name it. */
async function startOwnMoto(parts: Running[]): Promise<Variables> {
  const obstacle = await findPythonObstacle()
  if (obstacle !== undefined) throw new Error(`moto cannot be installed here: ${obstacle}.`)
  const moto = await startMoto()
  parts.push(moto)
  const gate = await startKeyGate(moto.url, MOTO_CREDENTIALS.AWS_ACCESS_KEY_ID)
  parts.push(gate)
  const credentials = { ...MOTO_CREDENTIALS, AWS_PROFILE: undefined, AWS_SESSION_TOKEN: undefined }
  return { ...EMBEDDED, AWS_ENDPOINT_URL_S3: gate.url, AWS_ENDPOINT_URL_SQS: gate.url, ...credentials }
}

function readNamed(): Variables {
  const { s3, sqs } = externalServers(process.env)
  if (s3 || sqs) return {}
  throw new Error(`AWS_ENDPOINT_URL_S3 or AWS_ENDPOINT_URL_SQS must name a server.\n\n${USAGE}`)
}

async function compare(moto: boolean): Promise<void> {
  const parts: Running[] = []
  try {
    const named = moto ? await startOwnMoto(parts) : readNamed()
    // Manifests name the bucket, so both jobs take the same one.
    const bucket = {
      GROUNDWORK_BUCKET: `groundwork-check-${randomUUID().slice(0, 8)}`,
      GROUNDWORK_DATA_PREFIX: undefined,
    }
    const [own, other] = [await doJob({ ...EMBEDDED, ...bucket }), await doJob({ ...named, ...bucket })]
    if (own !== other) throw new Error(`The jobs differ.\nembedded: ${own}\nnamed:    ${other}`)
    const { batches, recipes, labelingJob } = JSON.parse(own)
    console.log(JSON.stringify({ same: true, batches, recipes, labelingJob }))
  } finally {
    for (const part of parts.toReversed()) await part.stop()
  }
}

// What was started ends with this process.
for (const signal of ['SIGINT', 'SIGTERM'] as const) process.once(signal, () => process.exit(1))

const { moto, help } = readCommandLine(readOptions, USAGE)
if (help) console.log(USAGE)
else
  await compare(moto).catch((error: unknown) => {
    console.error(error instanceof Error ? error.message : error)
    process.exitCode = 1
  })
