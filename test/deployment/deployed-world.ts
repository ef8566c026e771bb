import type { Config } from '../../shared/config.ts'
import { AppError } from '../../shared/errors.ts'
import { Died, emptyWorld, type World } from '../fakes/world.ts'
import type { Declared } from './declared.ts'
import type { Need } from './statements.ts'
import { watchedPorts } from './watched-ports.ts'

export interface Request {
  readonly query?: object
  readonly body?: object
}

/**
 * What becomes of a message: its worker does it; it is given up; nobody ever gets it; or a chunk's worker dies between
 * receipt and totals, after which the message is given up or gone.
 */
export type Fate = 'done' | 'given-up' | 'dropped' | 'dies-given-up' | 'dies'

/** A world in memory in which every function runs as itself, and what each needs is written down. */
export interface DeployedWorld {
  readonly world: World
  readonly config: Config
  /** What a function needed so far. */
  needsOf(name: string): readonly Need[]
  /** Calls an endpoint by its function's name. @returns the status, or the code of the error that it throws */
  call(name: string, params?: Readonly<Record<string, string>>, request?: Request): Promise<number | string>
  /** Brings all messages to their workers until none is left. */
  work(fate?: (message: Readonly<Record<string, unknown>>) => Fate): Promise<void>
  /** Has the bus tell all rules that listen that the state of a labeling job has changed. */
  tell(job: string, status: string, changes?: object): Promise<void>
  /** Has the next call of a port that fits die or fail, or do something before. */
  next(fits: (call: World['calls'][number]) => boolean, act: 'before' | 'after' | Error | (() => void)): void
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
    call: async (name, params, { query, body } = {}) => {
      const { endpoint } = endpoints.find((one) => one.name === `groundwork-${name}`)!
      const input = {
        method: endpoint.method,
        path: endpoint.path,
        params: endpoint.params?.parse(params ?? {}),
        query: endpoint.query?.parse(query ?? {}),
        body: endpoint.body?.parse(body ?? {}),
      }
      return await endpoint.run(input, portsOf(name)).then(
        ({ status }) => status,
        (error: unknown) => (error instanceof AppError ? error.code : whenDied(error)),
      )
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
        const taken = world.sent.tasks.shift() ?? world.sent.chunks.shift()
        const message = taken as Record<string, unknown> | undefined // all messages are objects
        if (!message) return
        const name = 'task' in message ? 'run-task' : 'run-chunk'
        const becomes = fate(message)
        const dies = becomes.startsWith('dies') && name === 'run-chunk'
        // Behind its receipt, a chunk's worker lists those that are in.
        if (dies) next(({ method, key }) => method === 'list' && /\/\d+\/$/.test(key), 'before')
        if (becomes === 'done' || becomes.startsWith('dies')) await bring(name, message)
        if (becomes === 'given-up' || (dies && becomes === 'dies-given-up')) await bring('give-up', message)
      }
    },
  }
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
