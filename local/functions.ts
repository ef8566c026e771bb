import { readdir } from 'node:fs/promises'
import { fileURLToPath } from 'node:url'
import type { Rule } from '../shared/platform/event-bus/rule.ts'
import type { Endpoint } from '../shared/platform/http/endpoint.ts'
import type { Worker } from '../shared/platform/queue/worker.ts'
import type { RuleFunction } from './event-bus.ts'
import type { EndpointFunction } from './gateway/route-table.ts'
import type { WorkerFunction } from './sqs/poller.ts'

/** Where a function is declared. */
interface Declared {
  /** Its path in the folder without extension: `batches/create`. */
  readonly file: string
}

export interface DeclaredEndpoint extends EndpointFunction, Declared {
  readonly endpoint: Endpoint<never>
}

export interface DeclaredWorker extends WorkerFunction, Declared {
  readonly worker: Worker
}

export interface DeclaredRule extends RuleFunction, Declared {
  readonly rule: Rule
}

/** The functions of a folder with their declarations, grouped by what invokes them. */
export interface Functions {
  readonly endpoints: readonly DeclaredEndpoint[]
  readonly workers: readonly DeclaredWorker[]
  readonly rules: readonly DeclaredRule[]
}

/**
 * Imports all functions and names each after its file: `batches/create.ts` becomes `groundwork-batches-create`. A function
 * that serves several endpoints is listed with each of them.
 * Functions read the environment on import, so set it first.
 * @throws Error naming a file that exports no handler, or neither an endpoint, a worker nor a rule
 */
export async function findFunctions(folder = new URL('../functions/', import.meta.url)): Promise<Functions> {
  const names = await readdir(fileURLToPath(folder), { recursive: true })
  const files = names.map((name) => name.replaceAll('\\', '/')).filter((name) => name.endsWith('.ts'))
  const found = await Promise.all(files.toSorted().map((file) => importFunction(folder, file)))
  return {
    endpoints: found.flat().filter((one) => 'endpoint' in one),
    workers: found.flat().filter((one) => 'worker' in one),
    rules: found.flat().filter((one) => 'rule' in one),
  }
}

async function importFunction(
  folder: URL,
  fileName: string,
): Promise<DeclaredEndpoint | DeclaredWorker | DeclaredRule | DeclaredEndpoint[]> {
  const module: Readonly<Record<string, unknown>> = await import(new URL(fileName, folder).href)
  const file = fileName.replace(/\.ts$/, '')
  const name = `groundwork-${file.replaceAll('/', '-')}`
  const { endpoint, endpoints, worker, rule, handler } = module
  if (typeof handler !== 'function') throw new Error(`functions/${fileName} exports no handler`)
  // Every file in functions/ builds its handler from the declaration beside it, so the two match.
  if (isObject(endpoint)) return { name, file, endpoint, handler } as DeclaredEndpoint
  if (Array.isArray(endpoints))
    return endpoints.map((one) => ({ name, file, endpoint: one, handler })) as DeclaredEndpoint[]
  if (isObject(worker)) return { name, file, worker, handler } as DeclaredWorker
  if (isObject(rule)) return { name, file, rule, handler } as DeclaredRule
  throw new Error(`functions/${fileName} must export an endpoint, endpoints, a worker or a rule`)
}

const isObject = (value: unknown): value is object => typeof value === 'object' && value !== null
