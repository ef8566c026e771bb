import type { APIGatewayProxyStructuredResultV2 } from 'aws-lambda'
import { lambdaContext } from '../../local/gateway/lambda-context.ts'
import type { Config } from '../../shared/platform/config.ts'
import { decodePath, parsePathTemplate } from '../../shared/platform/http/path.ts'
import type { Ports } from '../../shared/platform/ports.ts'
import { expandScopes, SESSION_PREFIX, tokenKey } from '../../shared/platform/tokens/token.ts'
import type { ExampleAnswer } from '../../tools/examples/run-file.ts'
import { expectDeclaredResult } from '../support/http/declared-answers.ts'
import { type Call, type Fault, SimulatedCrash } from '../support/world/call.ts'
import { memoryObject } from '../support/world/memory-object.ts'
import { emptyWorld, type World } from '../support/world/world.ts'
import type { Declared } from './declared-functions.ts'
import { drainDeployed, type MessageFate } from './drain-deployed.ts'
import { type Request, toHttpEvent, toStateChange } from './events.ts'
import type { Need } from './statements.ts'
import { watchedPorts } from './watched-ports.ts'

// Loggers read the level when they are imported.
process.env.POWERTOOLS_LOG_LEVEL ??= 'SILENT'
const { lambda } = await import('../../shared/platform/http/route.ts')

const TOKEN = 'everything'

/** A fault to inject, or something that another actor does before the call. */
type Interception = NonNullable<Fault> | (() => void)

/** A request to {@link DeployedWorld.request}. */
interface SentRequest {
  /** JSON. */
  readonly body: string | undefined
  /** The header; without it, a token that does not exist is sent. */
  readonly authorization: string | undefined
}

/** A world in memory in which every function runs as itself, and what each needs of AWS is recorded. */
export interface DeployedWorld {
  readonly world: World
  readonly config: Config
  /** What a function has needed so far. */
  needsFor(name: string): readonly Need[]
  /** Names of the functions that require a token. */
  readonly authenticated: readonly string[]
  /** Calls an endpoint by its function's name. @returns the status, the code of the problem, or `crashed` */
  call(name: string, params?: Readonly<Record<string, string>>, request?: Request): Promise<number | string>
  /** Sends a request to the endpoint of its path, or to `not-found`. */
  request(method: string, target: string, given: SentRequest): Promise<ExampleAnswer>
  /** Reads a list by its function's name, one item a page, to its end. */
  listAll(name: string, params?: Readonly<Record<string, string>>, request?: Request): Promise<unknown[]>
  /** Delivers all messages until the queues are empty. Messages of the work queues meet the given fate. */
  drain(fateFor?: (message: Readonly<Record<string, unknown>>) => MessageFate): Promise<void>
  /** Publishes a state change of a labeling job to every rule that matches it. */
  publishStateChange(job: string, status: string, changes?: object): Promise<void>
  /** Injects a fault into the next call that matches, or does something before it. */
  interceptNext(matches: (call: Call) => boolean, interception: Interception): void
}

/** Returns an empty deployment of the declared functions. */
export function deployedWorld({ endpoints, workers, rules }: Declared, config: Config): DeployedWorld {
  const world = emptyWorld()
  const recorded = new Map<string, Map<string, Need>>()
  const portsFor = (name: string): Ports => {
    const needs = recorded.get(name) ?? new Map<string, Need>()
    recorded.set(name, needs)
    return watchedPorts(world, config, (need) => void needs.set(JSON.stringify(need), need))
  }
  const runWorker = async (name: string, message: unknown): Promise<void> => {
    const { worker } = workers.find((one) => one.name === `groundwork-workers-${name}`)!
    await worker.run(message, portsFor(`workers-${name}`))
  }
  /** One instance of each function, which keeps what it knows between calls. */
  const instances = new Map<string, ReturnType<typeof lambda>>()
  const find = (name: string) => endpoints.find((one) => one.name === `groundwork-${name}`)!.endpoint
  /** @param endpoint which one of those that the function serves */
  const invoke = async (
    name: string,
    params: Readonly<Record<string, string>> = {},
    request: Request = {},
    endpoint = find(name),
  ) => {
    const event = toHttpEvent(endpoint, params, { token: TOKEN, ...request })
    const handler = instances.get(endpoint.operationId) ?? lambda(endpoint, () => portsFor(name))
    instances.set(endpoint.operationId, handler)
    // Our handlers always return the structured form.
    const answer = (await handler(event, lambdaContext('test', 5000))) as APIGatewayProxyStructuredResultV2
    await expectDeclaredResult({ method: event.requestContext.http.method, rawPath: event.rawPath }, answer)
    return answer
  }
  const interceptNext: DeployedWorld['interceptNext'] = (matches, interception) => {
    world.fault = (call) => {
      if (!matches(call)) return undefined
      world.fault = () => undefined
      if (typeof interception !== 'function') return interception
      interception()
      return undefined
    }
  }
  const token = { name: 'all', scopes: expandScopes('write'), createdAt: world.now.toISOString() }
  world.stored.set(`s3://${config.bucket}/${tokenKey(TOKEN)}`, memoryObject(JSON.stringify(token)))

  return {
    world,
    config,
    needsFor: (name) => [...(recorded.get(name)?.values() ?? [])],
    interceptNext,
    authenticated: endpoints.flatMap(({ name, endpoint }) =>
      endpoint.scope === undefined ? [] : [name.replace('groundwork-', '')],
    ),
    call: async (name, params, request) => {
      const { statusCode, headers = {}, body = '' } = await invoke(name, params, request)
      if (headers['content-type'] !== 'application/problem+json') return statusCode ?? 0
      const { code } = JSON.parse(body)
      return code === 'internal' ? 'crashed' : code
    },
    request: async (method, target, { body, authorization }) => {
      const { pathname, searchParams } = new URL(target, 'http://localhost')
      const segments = decodePath(pathname) ?? []
      const matches = endpoints.flatMap(({ name, endpoint }) => {
        const params = endpoint.method === method ? parsePathTemplate(endpoint.path).match(segments) : undefined
        return params ? [{ name: name.replace('groundwork-', ''), params, endpoint }] : []
      })
      const { name, params, endpoint } = matches[0] ?? { name: 'not-found', params: {}, endpoint: find('not-found') }
      const {
        statusCode,
        headers,
        body: text,
      } = await invoke(
        name,
        params,
        {
          query: Object.fromEntries(searchParams),
          ...(body !== undefined && { body: JSON.parse(body) }),
          ...toToken(authorization),
          unrouted: { method, path: pathname },
        },
        endpoint,
      )
      const entries = Object.entries(headers ?? {}).map(([key, value]) => [key.toLowerCase(), String(value)] as const)
      return { status: statusCode ?? 0, headers: new Map(entries), text: text ?? '' }
    },
    listAll: async (name, params, { query, ...request } = {}) => {
      const items: unknown[] = []
      // The function that hands out the first cursor creates the key.
      world.stored.delete(`s3://${config.bucket}/system/cursor-key.json`)
      for (let cursor = ''; ; ) {
        const page = { limit: '1', ...query, ...(cursor && { cursor }) }
        const { statusCode, body = '' } = await invoke(name, params, { ...request, query: page })
        if (statusCode !== 200) throw new Error(`${name}: ${body}`)
        const { items: some, nextCursor } = JSON.parse(body)
        items.push(...some)
        if (nextCursor === undefined) return items
        cursor = nextCursor
      }
    },
    publishStateChange: async (job, status, changes) => {
      const event = { ...toStateChange(job, status, config), ...changes }
      for (const { name, rule } of rules) {
        if (rule.source !== event.source || rule.detailType !== event['detail-type']) continue
        await rule.run(event, portsFor(name.replace('groundwork-', ''))).catch(ignoreCrash)
      }
    },
    drain: (fateFor) => drainDeployed({ world, config, runWorker, interceptNext }, fateFor),
  }
}

/** Sends a session as it is, and in place of any other token the one that allows everything. */
function toToken(authorization: string | undefined): Pick<Request, 'token'> {
  if (authorization === undefined) return { token: 'none' }
  const session = authorization.replace(/^Bearer /, '')
  return session.startsWith(SESSION_PREFIX) ? { token: session } : {}
}

function ignoreCrash(error: unknown): void {
  if (!(error instanceof SimulatedCrash)) throw error
}
