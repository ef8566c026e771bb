import type { Endpoint } from '../../../shared/platform/http/endpoint.ts'
import { expandPath } from '../../../shared/platform/http/path.ts'
import { lambda } from '../../../shared/platform/http/route.ts'
import { setToken } from '../../../shared/platform/tokens/create.ts'
import type { MemoryPorts } from '../world/ports.ts'
import { callHandler, type HandlerResponse } from './call-handler.ts'
import { expectDeclared } from './declared-answers.ts'

const TOKEN = 'mine'

export interface EndpointRequest {
  readonly params?: Readonly<Record<string, string>>
  readonly query?: Readonly<Record<string, string>>
  readonly body?: object
  readonly headers?: Readonly<Record<string, string>>
  /** The session of a worker, in place of the token that allows everything. */
  readonly session?: string | undefined
  /** Whether the state is of a newer version, so that the answer may have names that the contract does not declare. */
  readonly isNewer?: boolean
}

/** Calls an endpoint as its Lambda function is called, on ports in memory, and checks the answer against the contract. */
export async function callEndpoint(
  endpoint: Endpoint,
  ports: MemoryPorts,
  { params = {}, query, body, headers = {}, session, isNewer = false }: EndpointRequest = {},
): Promise<HandlerResponse> {
  const { fault } = ports.world
  ports.world.fault = () => undefined
  await setToken(TOKEN, 'caller', 'write', ports)
  ports.world.fault = fault
  const { method } = endpoint
  const path = expandPath(endpoint.path, (name) => params[name] ?? '')
  const response = await callHandler(
    lambda(endpoint, () => ports),
    {
      method,
      path,
      params,
      ...(query && { query }),
      ...(body && { body: JSON.stringify(body) }),
      headers: { ...headers, authorization: `Bearer ${session ?? TOKEN}` },
    },
  )
  const entries = Object.entries(response.headers).map(([name, value]) => [name, String(value)] as [string, string])
  const seen = { status: response.status ?? 0, headers: new Headers(entries), text: response.body ?? '' }
  if (!isNewer) await expectDeclared({ method, path, ...seen })
  return response
}
