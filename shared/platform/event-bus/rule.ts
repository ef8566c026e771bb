import type { EventBridgeEvent } from 'aws-lambda'
import type * as z from 'zod'
import type { Ports, PortsFor } from '../ports.ts'

/** Which events of the account's own bus a function is called with, declared once beside its code. */
export interface Rule {
  readonly source: string
  readonly detailType: string
  /** How long one call may take. */
  readonly timeoutSeconds: number
  readonly summary: string
  run(event: unknown, ports: Ports): Promise<void>
}

/** Declares a rule: `run` gets each event that its schema has accepted, and throws to have it brought again. */
export function rule<Schema extends z.ZodType>(
  declaration: Omit<Rule, 'run'> & { readonly event: Schema },
  run: (event: z.infer<Schema>, ports: Ports) => Promise<void>,
): Rule {
  const { event: schema, ...rest } = declaration
  return { ...rest, run: (event, ports) => run(schema.parse(event), ports) }
}

/** The Lambda handler of a rule. The event's own id is the request that its work began with. */
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
