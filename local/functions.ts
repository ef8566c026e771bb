import { readdir } from 'node:fs/promises'
import { fileURLToPath } from 'node:url'
import type { Endpoint } from '../shared/platform/http/endpoint.ts'
import type { RuleFunction } from './event-bus.ts'
import type { EndpointFunction } from './gateway/route-table.ts'
import type { WorkerFunction } from './sqs/poller.ts'

/** An endpoint function with its full declaration. */
interface DeclaredEndpoint extends EndpointFunction {
  readonly endpoint: Endpoint<never>
}

/** The functions of a folder, grouped by what invokes them. */
export interface Functions {
  readonly endpoints: readonly DeclaredEndpoint[]
  readonly workers: readonly WorkerFunction[]
  readonly rules: readonly RuleFunction[]
}

/**
 * Imports all functions and names each after its file: `batches/create.ts` becomes `groundwork-batches-create`.
 * Functions read the environment on import, so set it first.
 * @throws Error naming a file that exports no handler, or neither an endpoint, a worker nor a rule
 */
export async function findFunctions(folder = new URL('../functions/', import.meta.url)): Promise<Functions> {
  const names = await readdir(fileURLToPath(folder), { recursive: true })
  const files = names.map((name) => name.replaceAll('\\', '/')).filter((name) => name.endsWith('.ts'))
  const found = await Promise.all(files.toSorted().map((file) => importFunction(folder, file)))
  return {
    endpoints: found.flatMap((one) => ('endpoint' in one ? [one] : [])),
    workers: found.flatMap((one) => ('worker' in one ? [one] : [])),
    rules: found.flatMap((one) => ('rule' in one ? [one] : [])),
  }
}

async function importFunction(folder: URL, file: string): Promise<DeclaredEndpoint | WorkerFunction | RuleFunction> {
  const module: Readonly<Record<string, unknown>> = await import(new URL(file, folder).href)
  const name = `groundwork-${file.replace(/\.ts$/, '').replaceAll('/', '-')}`
  const { endpoint, worker, rule, handler } = module
  if (typeof handler !== 'function') throw new Error(`functions/${file} exports no handler`)
  // Every file in functions/ builds its handler from the declaration beside it, so the two match.
  if (isObject(endpoint)) return { name, endpoint, handler } as DeclaredEndpoint
  if (isObject(worker)) return { name, worker, handler } as WorkerFunction
  if (isObject(rule)) return { name, rule, handler } as RuleFunction
  throw new Error(`functions/${file} must export an endpoint, a worker or a rule`)
}

const isObject = (value: unknown): value is object => typeof value === 'object' && value !== null
