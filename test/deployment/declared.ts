import { findFunctions } from '../../local/functions.ts'
import type { Endpoint } from '../../shared/http/endpoint.ts'
import type { Worker } from '../../shared/queue/worker.ts'

/** Every function of the project as its own file declares it. */
export interface Declared {
  readonly endpoints: readonly { readonly name: string; readonly endpoint: Endpoint }[]
  readonly workers: readonly { readonly name: string; readonly worker: Worker }[]
}

export async function declaredFunctions(): Promise<Declared> {
  process.env.AWS_REGION ??= 'us-east-1'
  // What a gateway or a poller looks at is a part of what each file exports.
  return (await findFunctions()) as unknown as Declared
}
