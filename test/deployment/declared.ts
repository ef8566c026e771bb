import { findFunctions } from '../../local/functions.ts'
import type { Rule } from '../../shared/platform/event-bus/rule.ts'
import type { Endpoint } from '../../shared/platform/http/endpoint.ts'
import type { Worker } from '../../shared/platform/queue/worker.ts'

/** Every function of the project as its own file declares it. */
export interface Declared {
  readonly endpoints: readonly { readonly name: string; readonly endpoint: Endpoint }[]
  readonly workers: readonly { readonly name: string; readonly worker: Worker }[]
  readonly rules: readonly { readonly name: string; readonly rule: Rule }[]
}

export async function declaredFunctions(): Promise<Declared> {
  process.env.AWS_REGION ??= 'us-east-1'
  // What a gateway, a poller or a bus looks at is a part of what each file exports.
  return (await findFunctions()) as unknown as Declared
}
