import type { Endpoint } from '../../../shared/platform/http/endpoint.ts'
import { expandPath } from '../../../shared/platform/http/path.ts'
import { lambda } from '../../../shared/platform/http/route.ts'
import type { Ports } from '../../../shared/platform/ports.ts'
import { setToken } from '../../../shared/platform/tokens/create.ts'
import type { EndpointRequest } from './call-endpoint.ts'
import { callHandler, type HandlerResponse } from './call-handler.ts'

// Functions read the region when they are imported.
process.env.AWS_REGION ??= 'us-east-1'
const { findFunctions } = await import('../../../local/functions.ts')
const { endpoints } = await findFunctions()

const TOKEN = 'instance'
/** As API Gateway allows: servers may be far away. */
const MAX_MILLISECONDS = 29_000

/** One instance of an endpoint's function, and the request that it gets. */
export interface FunctionInstance {
  call(): Promise<HandlerResponse>
  /** Has the instance answer a request that changes nothing. After that it has in memory what it keeps between calls. */
  warmUp(): Promise<void>
}

/**
 * Makes an instance of an endpoint's function, and a token for its caller. What a process shares between its functions
 * is shared by the instances too: the classes of a dataset.
 */
export async function functionInstance(
  operationId: string,
  ports: Ports,
  { params = {}, query, body }: EndpointRequest = {},
): Promise<FunctionInstance> {
  // Every function exports its whole declaration; the type of the gateway has only a part of it.
  const endpoint = endpoints.map((one) => one.endpoint as Endpoint).find((one) => one.operationId === operationId)
  if (!endpoint) throw new Error(`there is no operation ${operationId}`)
  await setToken(TOKEN, 'caller', 'write', ports)
  const handler = lambda(endpoint, () => ports)
  const { method } = endpoint
  const path = expandPath(endpoint.path, (name) => params[name] ?? '')
  const headers = { authorization: `Bearer ${TOKEN}` }
  const milliseconds = MAX_MILLISECONDS
  const request = { method, path, params, headers, milliseconds, ...(body && { body: JSON.stringify(body) }) }
  const send = (parameters = query) => callHandler(handler, { ...request, ...(parameters && { query: parameters }) })
  return {
    call: () => send(),
    warmUp: async () => {
      // Only a page leads to the key of cursors. Other requests are refused, which is after the token was read: a write
      // must not happen twice.
      const isPage = method === 'GET' && query !== undefined
      const { status } = isPage ? await send() : await send({ unknown: 'parameter' })
      if (status !== (isPage ? 200 : 400)) throw new Error(`${operationId} was answered ${status}`)
    },
  }
}
