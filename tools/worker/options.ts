import { parseArgs } from 'node:util'
import { WORKER_ROLES, WorkerName, WorkerRequest } from '../../shared/contracts/worker.ts'
import { zodErrorMap } from '../../shared/platform/http/request-issues.ts'

export const USAGE = `Usage: npm run worker -- create NAME [--role ${WORKER_ROLES.join('|')}] [--jobs JOB,JOB] [--seats NUMBER] [--expires TIME]
       npm run worker -- list
       npm run worker -- delete NAME
       npm run worker -- rotate NAME

  create   creates a worker and prints the link once; only the hash of its secret is stored
  list     prints name, role, jobs, seats taken, state, and when the link was last opened
  delete   removes a worker; sessions end within a minute, and answers stay
  rotate   replaces the link and prints the new one; sessions of the previous one end within a minute

  --role ROLE      label (default), or review, which also decides where answers differ
  --jobs JOB,JOB   the labeling jobs that the worker sees; all of them by default
  --seats NUMBER   how many people may share the link, 1 by default: each browser becomes a numbered worker
  --expires TIME   when the worker stops working, such as 2026-12-31T18:00:00Z
  --bucket BUCKET  the bucket of a deployment, with credentials and region from the AWS environment (AWS_PROFILE,
                   AWS_REGION …). Without it, the bucket of npm run dev in .groundwork (GROUNDWORK_DIR) or on
                   AWS_ENDPOINT_URL_S3, whether npm run dev is running or not.
  --api URL        the address of the API, with which links begin: required with --bucket. Without it, that of
                   npm run dev.

In scripts, use npm run --silent worker, which prints only the link on stdout.`

/** A command of the worker tool. */
export type WorkerCommand =
  | { readonly verb: 'create'; readonly name: string; readonly request: WorkerRequest }
  | { readonly verb: 'list' }
  | { readonly verb: 'delete' | 'rotate'; readonly name: string }

/** A parsed command line. */
export interface WorkerOptions {
  readonly help: boolean
  readonly bucket: string | undefined
  /** The address of the API, such as `https://host`. */
  readonly api: string | undefined
  readonly command: WorkerCommand
}

/** Options that only `create` takes. */
interface Settings {
  readonly role?: string
  readonly jobs?: string
  readonly seats?: string
  readonly expires?: string
}

/** Parses the command line. @throws Error with what is wrong and what is expected */
export function readOptions(args: readonly string[]): WorkerOptions {
  const { values, positionals } = parseArgs({
    args: [...args],
    allowPositionals: true,
    options: {
      role: { type: 'string' },
      jobs: { type: 'string' },
      seats: { type: 'string' },
      expires: { type: 'string' },
      bucket: { type: 'string' },
      api: { type: 'string' },
      help: { type: 'boolean', short: 'h', default: false },
    },
  })
  const { help, bucket, api, ...settings } = values
  if (help) return { help, bucket, api, command: { verb: 'list' } }
  if (bucket === '') throw new Error('--bucket requires the name of a bucket')
  if (api !== undefined && !/^https?:\/\/[^\s?#]+$/.test(api))
    throw new Error(`--api requires an address such as https://host, not ${JSON.stringify(api)}`)
  const command = parseCommand(positionals, settings)
  const givesLink = command.verb === 'create' || command.verb === 'rotate'
  if (givesLink && bucket !== undefined && api === undefined)
    throw new Error(`${command.verb} requires --api URL with --bucket: links begin with the address of the API`)
  return { help, bucket, api, command }
}

function parseCommand([verb, ...names]: readonly string[], settings: Settings): WorkerCommand {
  const [given] = Object.keys(settings)
  if (verb !== 'create' && given !== undefined) throw new Error(`--${given} is allowed only for create`)
  switch (verb) {
    case 'list':
      if (names.length > 0) throw new Error(`list takes no name, but got ${JSON.stringify(names.join(' '))}`)
      return { verb }
    case 'create':
      return { verb, name: parseName(verb, names), request: parseRequest(settings) }
    case 'delete':
    case 'rotate':
      return { verb, name: parseName(verb, names) }
    default:
      throw new Error(verb === undefined ? 'A command is required' : `Unknown command ${JSON.stringify(verb)}`)
  }
}

function parseName(verb: string, names: readonly string[]): string {
  const [name] = names
  if (name === undefined || names.length > 1) throw new Error(`${verb} takes exactly one name`)
  const result = WorkerName.safeParse(name)
  if (result.success) return result.data
  throw new Error(`the name ${result.error.issues[0]?.message}, not ${JSON.stringify(name)}`)
}

/** The options by the fields of a request. */
const OPTIONS: Readonly<Record<string, string>> = { expiresAt: 'expires' }

function parseRequest({ role, jobs, seats, expires }: Settings): WorkerRequest {
  const request = {
    ...(role !== undefined && { role }),
    ...(jobs !== undefined && { jobs: jobs.split(',') }),
    ...(seats !== undefined && { seats: Number(seats) }),
    ...(expires !== undefined && { expiresAt: expires }),
  }
  const result = WorkerRequest.safeParse(request, { error: zodErrorMap, reportInput: true })
  if (result.success) return result.data
  const [issue] = result.error.issues
  const [field] = issue?.path.map(String) ?? []
  throw new Error(`--${OPTIONS[field ?? ''] ?? field}: ${issue?.message}`)
}
