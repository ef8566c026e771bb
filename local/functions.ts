import { readdir } from 'node:fs/promises'
import { fileURLToPath } from 'node:url'
import type { Endpoint } from '../shared/platform/http/endpoint.ts'
import type { RuleFunction } from './event-bus.ts'
import type { EndpointFunction } from './gateway/route-table.ts'
import type { WorkerFunction } from './sqs/poller.ts'

/** An endpoint with all that it declares. */
interface DeclaredEndpoint extends EndpointFunction {
  readonly endpoint: Endpoint<never>
}

/** Every function of a folder, by what calls it. */
export interface Functions {
  readonly endpoints: readonly DeclaredEndpoint[]
  readonly workers: readonly WorkerFunction[]
  readonly rules: readonly RuleFunction[]
}

/**
 * Imports every function there is, each under the name of its file: `batches/create.ts` is `groundwork-batches-create`.
 * The environment must be set before. @throws Error naming a file that exports no endpoint, worker or rule, or no handler
 */
export async function findFunctions(folder = new URL('../functions/', import.meta.url)): Promise<Functions> {
  const names = await readdir(fileURLToPath(folder), { recursive: true })
  const files = names.map((name) => name.replaceAll('\\', '/')).filter((name) => name.endsWith('.ts'))
  const found = await Promise.all(files.toSorted().map((file) => load(folder, file)))
  return {
    endpoints: found.flatMap((one) => ('endpoint' in one ? [one] : [])),
    workers: found.flatMap((one) => ('worker' in one ? [one] : [])),
    rules: found.flatMap((one) => ('rule' in one ? [one] : [])),
  }
}

async function load(folder: URL, file: string): Promise<DeclaredEndpoint | WorkerFunction | RuleFunction> {
  const module: Readonly<Record<string, unknown>> = await import(new URL(file, folder).href)
  const name = `groundwork-${file.replace(/\.ts$/, '').replaceAll('/', '-')}`
  const { endpoint, worker, rule, handler } = module
  if (typeof handler !== 'function') throw new Error(`functions/${file} exports no handler`)
  // Every functions/ file makes its handler from what is declared beside it, so the three fit each other.
  if (isObject(endpoint)) return { name, endpoint, handler } as DeclaredEndpoint
  if (isObject(worker)) return { name, worker, handler } as WorkerFunction
  if (isObject(rule)) return { name, rule, handler } as RuleFunction
  throw new Error(`functions/${file} exports neither an endpoint nor a worker nor a rule`)
}

const isObject = (value: unknown): value is object => typeof value === 'object' && value !== null
