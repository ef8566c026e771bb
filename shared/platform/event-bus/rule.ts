import type { EventBridgeEvent } from 'aws-lambda'
import type * as z from 'zod'
import type { Permission } from '../aws/permissions.ts'
import type { Ports, PortsFor } from '../ports.ts'

/**
 * The declaration of an EventBridge rule: which events of the account's default bus invoke a function. The local stack
 * reads it, and `npm run generate` makes the deployment from it.
 */
export interface Rule {
  readonly source: string
  readonly detailType: string
  /** The time limit of one invocation. */
  readonly timeoutSeconds: number
  /** Default: 1769. */
  readonly memoryMegabytes?: number
  /** Names of the IAM statements of the function's role, besides sending events that it failed on to `undeliverable`. */
  readonly permissions: readonly Permission[]
  readonly summary: string
  run(event: unknown, ports: Ports): Promise<void>
}

/**
 * Declares a rule. `run` gets each event, parsed by the schema. When it throws, Lambda invokes the function again.
 * @example
 * export const rule = declare(
 *   {
 *     source: 'aws.sagemaker',
 *     detailType: DETAIL_TYPE,
 *     timeoutSeconds: 120,
 *     permissions: ['readJobs', 'writeJobs', 'sendEvents'],
 *     summary: 'Records the final status of a labeling job',
 *     event: JobStateChange,
 *   },
 *   recordStateChange,
 * )
 */
export function rule<Schema extends z.ZodType>(
  declaration: Omit<Rule, 'run'> & { readonly event: Schema },
  run: (event: z.infer<Schema>, ports: Ports) => Promise<void>,
): Rule {
  const { event: schema, ...rest } = declaration
  return { ...rest, run: (event, ports) => run(schema.parse(event), ports) }
}

/** Returns the Lambda handler of a rule. The id of the event serves as the request id. */
export function busLambda(declared: Rule, portsFor: PortsFor) {
  return async (event: EventBridgeEvent<string, unknown>): Promise<void> => {
    const ports = portsFor(event.id, { resource: event.resources[0] })
    try {
      await declared.run(event, ports)
    } catch (error) {
      ports.log.error('bus_event.failed', { error })
      throw error
    }
  }
}
