import type { Endpoint } from '../../../shared/platform/http/endpoint.ts'
import { lambda } from '../../../shared/platform/http/route.ts'
import type { Send } from '../../../tools/people/send.ts'
import { callHandler } from '../http/call-handler.ts'
import type { MemoryPorts } from '../world/ports.ts'

// Functions read the region when they are imported.
process.env.AWS_REGION ??= 'us-east-1'
const { findFunctions } = await import('../../../local/functions.ts')
const { endpoints } = await findFunctions()

/** Sends requests to the functions of the API in this process, over ports in memory. */
export function inProcessSend(ports: MemoryPorts): Send {
  const routes = endpoints.map((one) => {
    // Every function exports its whole declaration; the type of the gateway has only a part of it.
    const endpoint = one.endpoint as Endpoint
    const pattern = new RegExp(`^${endpoint.path.replaceAll(/\{(\w+)\}/g, '(?<$1>[^/]+)')}$`)
    let built: ReturnType<typeof lambda> | undefined
    // Building all of them takes longer than most calls.
    const handler = () => (built ??= lambda(endpoint, () => ports))
    return { method: endpoint.method, pattern, handler }
  })
  return async ({ method, path: target, body, token }) => {
    const { pathname: path, searchParams } = new URL(target, 'https://api')
    const route = routes.find((one) => one.method === method && one.pattern.test(path))
    if (!route) throw new Error(`there is no ${method} ${path}`)
    const {
      status = 0,
      json,
      headers,
    } = await callHandler(route.handler(), {
      method,
      path,
      params: { ...route.pattern.exec(path)?.groups },
      query: Object.fromEntries(searchParams),
      headers: token === undefined ? {} : { authorization: `Bearer ${token}` },
      ...(body !== undefined && { body: JSON.stringify(body) }),
    })
    const retryAfter = Number(headers['retry-after'] ?? Number.NaN)
    return { status, json, ...(Number.isFinite(retryAfter) && { retryAfterSeconds: retryAfter }) }
  }
}
