import type { Endpoint } from '../../../shared/platform/http/endpoint.ts'
import { expandPath } from '../../../shared/platform/http/path.ts'
import { createToken } from '../../../shared/platform/tokens/create.ts'
import type { MemoryPorts } from '../world/ports.ts'
import { callHandler, type HandlerResponse } from './call-handler.ts'

// Functions read the region when they are imported.
process.env.AWS_REGION ??= 'us-east-1'
const { findFunctions } = await import('../../../local/functions.ts')
const { lambda } = await import('../../../shared/platform/http/route.ts')
const { endpoints } = await findFunctions()

/** What a call sends besides the token. */
export interface ApiRequest {
  readonly params?: Readonly<Record<string, string>>
  readonly query?: Readonly<Record<string, string>>
  readonly body?: unknown
}

/** Calls an endpoint by its operation id. */
export type CallApi = (operationId: string, request?: ApiRequest) => Promise<HandlerResponse>

/** Returns a function that calls the handlers of the API over in-memory ports. */
export async function memoryApi(ports: MemoryPorts): Promise<CallApi> {
  const token = await createToken(`caller-${ports.newId()}`, 'write', ports)
  return (operationId, { params = {}, query, body } = {}) => {
    // Every function exports its whole declaration; the type of the gateway has only a part of it.
    const endpoint = endpoints.map((one) => one.endpoint as Endpoint).find((one) => one.operationId === operationId)
    if (!endpoint) throw new Error(`there is no operation ${operationId}`)
    return callHandler(
      lambda(endpoint, () => ports),
      {
        method: endpoint.method,
        path: expandPath(endpoint.path, (name) => params[name] ?? ''),
        headers: { authorization: `Bearer ${token}` },
        ...(query && { query }),
        ...(body !== undefined && { body: JSON.stringify(body) }),
      },
    )
  }
}
