import type { Endpoint } from '../../../shared/platform/http/endpoint.ts'
import type { MemoryPorts } from '../world/ports.ts'
import { callEndpoint, type EndpointRequest } from './call-endpoint.ts'
import type { HandlerResponse } from './call-handler.ts'

// Functions read the region when they are imported.
process.env.AWS_REGION ??= 'us-east-1'
const { findFunctions } = await import('../../../local/functions.ts')
const { endpoints } = await findFunctions()

/** Calls an endpoint of the API by its operation id, over in-memory ports; see {@link callEndpoint}. */
export function callApi(
  operationId: string,
  ports: MemoryPorts,
  request: EndpointRequest = {},
): Promise<HandlerResponse> {
  // Every function exports its whole declaration; the type of the gateway has only a part of it.
  const endpoint = endpoints.map((one) => one.endpoint as Endpoint).find((one) => one.operationId === operationId)
  if (!endpoint) throw new Error(`there is no operation ${operationId}`)
  return callEndpoint(endpoint, ports, request)
}
