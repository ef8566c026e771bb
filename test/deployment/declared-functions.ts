import { findFunctions } from '../../local/functions.ts'
import type { Rule } from '../../shared/platform/event-bus/rule.ts'
import type { Endpoint } from '../../shared/platform/http/endpoint.ts'
import type { Worker } from '../../shared/platform/queue/worker.ts'

/** Every function of the project, as declared in its file. */
export interface Declared {
  readonly endpoints: readonly { readonly name: string; readonly endpoint: Endpoint }[]
  readonly workers: readonly { readonly name: string; readonly worker: Worker }[]
  readonly rules: readonly { readonly name: string; readonly rule: Rule }[]
}

export async function declaredFunctions(): Promise<Declared> {
  process.env.AWS_REGION ??= 'us-east-1'
  // Every function exports its whole declaration; the types of gateway, poller and event bus have only a part of it.
  return (await findFunctions()) as unknown as Declared
}
