import * as z from 'zod'
import { workerSessions } from '../../../shared/labeling/workers/session.ts'
import { ok } from '../../../shared/platform/http/reply.ts'
import { lambda, route } from '../../../shared/platform/http/route.ts'
import { callHandler, type HandlerRequest } from '../../support/http/call-handler.ts'
import type { MemoryPorts } from '../../support/world/ports.ts'

/** An endpoint of workers that answers with who called. */
const whoAmI = route(
  {
    method: 'POST',
    path: '/v1/me/test',
    operationId: 'test',
    summary: 'Test',
    scope: 'label',
    sessions: workerSessions,
    refuses: [],
    permissions: [],
    body: z.strictObject({}),
    answers: { 200: z.object({}) },
  },
  async ({ worker }) => ok(worker),
)

/** Returns a function of workers, as one process has it: its caches are its own. */
export function workerFunction(ports: MemoryPorts) {
  const handler = lambda(whoAmI, () => ports)
  return (bearer: string | undefined, request: HandlerRequest = {}) =>
    callHandler(handler, {
      method: 'POST',
      path: '/v1/me/test',
      body: '{}',
      ...request,
      headers: { ...(bearer !== undefined && { authorization: `Bearer ${bearer}` }), ...request.headers },
    })
}

export const later = ({ world }: MemoryPorts, milliseconds: number): void => {
  world.now = new Date(world.now.getTime() + milliseconds)
}
