import type { APIGatewayProxyStructuredResultV2 } from 'aws-lambda'
import { lambdaContext } from '../../local/gateway/lambda-context.ts'
import type { Config } from '../../shared/platform/config.ts'
import type { Endpoint } from '../../shared/platform/http/endpoint.ts'
import { expandPath } from '../../shared/platform/http/path.ts'
import type { HttpEvent } from '../../shared/platform/http/stack.ts'
import { expandScopes, tokenKey } from '../../shared/platform/tokens/token.ts'
import { expectDeclaredResult } from '../support/declared-answers.ts'
import { Died, emptyWorld, memoryObject, type World } from '../support/world/world.ts'
import type { Declared } from './declared.ts'
import type { Need } from './statements.ts'
import { watchedPorts } from './watched-ports.ts'

// Loggers are made when they are imported.
process.env.POWERTOOLS_LOG_LEVEL ??= 'SILENT'
const { lambda } = await import('../../shared/platform/http/route.ts')

export interface Request {
  readonly query?: Readonly<Record<string, string>>
  readonly body?: object
  /** One that may do everything, unless told. */
  readonly token?: string
}

const TOKEN = 'everything'

/**
 * What becomes of a message: its worker does it; it is given up; nobody ever gets it; or a chunk's worker dies between
 * receipt and totals, after which the message is given up or gone.
 */
export type Fate = 'done' | 'dead-letter' | 'dropped' | 'dies-dead-letter' | 'dies'

/** The process dies, the call fails, a write is done and then refused, or something happens before. */
type Act = 'before' | 'after' | 'refused' | Error | (() => void)

/** A world in memory in which every function runs as itself, and what each needs is written down. */
export interface DeployedWorld {
  readonly world: World
  readonly config: Config
  /** What a function needed so far. */
  needsOf(name: string): readonly Need[]
  /** Names of the functions that ask who calls. */
  readonly asking: readonly string[]
  /** Calls an endpoint by its function's name. @returns the status, or the code of its problem, or `died` */
  call(name: string, params?: Readonly<Record<string, string>>, request?: Request): Promise<number | string>
  /** Calls a list by its function's name, an item at a time, to its end. */
  walk(name: string, params?: Readonly<Record<string, string>>, request?: Request): Promise<unknown[]>
  /** Brings all messages to their workers until none is left. */
  work(fate?: (message: Readonly<Record<string, unknown>>) => Fate): Promise<void>
  /** Has the bus tell all rules that listen that the state of a labeling job has changed. */
  tell(job: string, status: string, changes?: object): Promise<void>
  /** Has the next call of a port that fits die or fail, or do something before. */
  next(fits: (call: World['calls'][number]) => boolean, act: Act): void
}

export function deployedWorld({ endpoints, workers, rules }: Declared, config: Config): DeployedWorld {
  const world = emptyWorld()
  const needs = new Map<string, Map<string, Need>>()
  const portsOf = (name: string) => {
    const own = needs.get(name) ?? new Map<string, Need>()
    needs.set(name, own)
    return watchedPorts(world, config, (need) => void own.set(JSON.stringify(need), need))
  }

  const bring = async (name: string, message: unknown): Promise<void> => {
    const { worker } = workers.find((one) => one.name === `groundwork-workers-${name}`)!
    await worker.run(message, portsOf(`workers-${name}`)).catch(whenDied)
  }
  world.stored.set(
    `s3://${config.bucket}/${tokenKey(TOKEN)}`,
    memoryObject(JSON.stringify({ name: 'all', scopes: expandScopes('write'), createdAt: world.now.toISOString() })),
  )
  const ask = async (name: string, params: Readonly<Record<string, string>> = {}, request: Request = {}) => {
    const { endpoint } = endpoints.find((one) => one.name === `groundwork-${name}`)!
    const handler = lambda(endpoint, () => portsOf(name))
    const event = eventOf(endpoint, params, request)
    const result = await handler(event, lambdaContext('test', 5000))
    const answer = result as APIGatewayProxyStructuredResultV2 // which it always is
    await expectDeclaredResult({ method: endpoint.method, rawPath: event.rawPath }, answer)
    return answer
  }
  const next: DeployedWorld['next'] = (fits, act) => {
    world.fault = (call) => {
      if (!fits(call)) return undefined
      world.fault = () => undefined
      if (typeof act !== 'function') return act
      act()
      return undefined
    }
  }
  return {
    world,
    config,
    needsOf: (name) => [...(needs.get(name)?.values() ?? [])],
    next,
    asking: endpoints.flatMap(({ name, endpoint }) =>
      endpoint.scope === undefined ? [] : [name.replace('groundwork-', '')],
    ),
    call: async (name, params, request) => {
      const { statusCode, headers = {}, body = '' } = await ask(name, params, request)
      if (headers['content-type'] !== 'application/problem+json') return statusCode ?? 0
      const { code } = JSON.parse(body)
      return code === 'internal' ? 'died' : code
    },
    walk: async (name, params, { query, ...request } = {}) => {
      const items: unknown[] = []
      // Whoever gives out the first cursor makes the key.
      world.stored.delete(`s3://${config.bucket}/system/cursor-key.json`)
      for (let cursor = ''; ; ) {
        const asked = { limit: '1', ...query, ...(cursor && { cursor }) }
        const { statusCode, body = '' } = await ask(name, params, { ...request, query: asked })
        if (statusCode !== 200) throw new Error(`${name}: ${body}`)
        const page = JSON.parse(body)
        items.push(...page.items)
        if (page.nextCursor === undefined) return items
        cursor = page.nextCursor
      }
    },
    tell: async (job, status, changes) => {
      const event = { ...stateChange(job, status, config), ...changes }
      for (const { name, rule } of rules) {
        if (rule.source !== event.source || rule.detailType !== event['detail-type']) continue
        await rule.run(event, portsOf(name.replace('groundwork-', ''))).catch(whenDied)
      }
    },
    work: async (fate = () => 'done') => {
      for (;;) {
        if (await bringOn(world, bring)) continue
        const taken = world.sent.tasks.shift() ?? world.sent.chunks.shift() ?? world.sent['test-images'].shift()
        const message = taken as Record<string, unknown> | undefined // all messages are objects
        if (!message) return
        const name = 'task' in message ? 'run-task' : 'chunk' in message ? 'run-chunk' : 'fetch-test-image'
        const becomes = fate(message)
        const dies = becomes.startsWith('dies') && name === 'run-chunk'
        // Behind its receipt, a chunk's worker lists those that are in.
        if (dies) next(({ method, key }) => method === 'list' && /\/\d+\/$/.test(key), 'before')
        if (becomes === 'done' || becomes.startsWith('dies')) await bring(name, message)
        if (becomes === 'dead-letter' || (dies && becomes === 'dies-dead-letter')) await bring('dead-letter', message)
      }
    },
  }
}

/** Brings an event or a delivery to its worker, as late as that is due. @returns false when there is none */
async function bringOn(world: World, bring: (name: string, message: unknown) => Promise<void>): Promise<boolean> {
  const event = world.sent.events.shift()
  if (event) await bring('dispatch-event', event)
  if (event) return true
  const delivery = world.sent.deliveries.shift() as { notBefore: string } | undefined // all of them say so
  if (!delivery) return false
  world.now = new Date(Math.max(world.now.getTime(), Date.parse(delivery.notBefore)))
  await bring('deliver-webhook', delivery)
  return true
}

const eventOf = (
  { method, path, body: schema }: Endpoint,
  params: Readonly<Record<string, string>>,
  { query, body = {}, token = TOKEN }: Request,
) => {
  const rawPath = path === '$default' ? '/v1/nothing' : expandPath(path, (name) => params[name] ?? '')
  const headers = { authorization: `Bearer ${token}`, 'content-type': 'application/json' }
  return {
    version: '2.0',
    rawPath,
    headers,
    pathParameters: params,
    ...(query && { queryStringParameters: query }),
    ...(schema && { body: JSON.stringify(body) }),
    requestContext: { requestId: 'request-1', http: { method, path: rawPath } },
    isBase64Encoded: false,
  } as unknown as HttpEvent // no more of it is looked at
}

/** What EventBridge says of a job, whose name the service tells in lower case. */
const stateChange = (job: string, status: string, { account, region }: Config) => ({
  id: 'event-1',
  source: 'aws.sagemaker',
  'detail-type': 'SageMaker Ground Truth Labeling Job State Change',
  account,
  region,
  time: '2026-01-02T04:00:00Z',
  resources: [`arn:aws:sagemaker:${region}:${account}:labeling-job/${job.toLowerCase()}`],
  detail: { LabelingJobStatus: status },
})

function whenDied(error: unknown): string {
  if (error instanceof Died) return 'died'
  throw error
}
