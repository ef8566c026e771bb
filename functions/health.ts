import * as z from 'zod'
import { awsPorts } from '../shared/platform/aws/aws-ports.ts'
import { isBucketReachable } from '../shared/platform/bucket-reachable.ts'
import { ok } from '../shared/platform/http/reply.ts'
import { lambda, route } from '../shared/platform/http/route.ts'

const Health = z
  .object({
    status: z.enum(['ok', 'degraded']).meta({ description: '`degraded`: a dependency is unreachable' }),
    version: z.string().meta({ description: 'Version of the service' }),
    dependencies: z.object({
      bucket: z.enum(['reachable', 'unreachable']).meta({ description: 'As of at most five seconds ago' }),
    }),
  })
  .meta({ id: 'Health', description: 'Version and health of the service.' })

/** GET /health: 200 even when a dependency is unreachable, so that a monitor can read which one. */
export const endpoint = route(
  {
    method: 'GET',
    path: '/health',
    operationId: 'getHealth',
    summary: 'Version and health',
    scope: undefined,
    refuses: [],
    permissions: ['seeBucket'],
    answers: { 200: Health },
  },
  async (_input, ports) => {
    const reached = await isBucketReachable(ports)
    return ok({
      status: reached ? 'ok' : 'degraded',
      version: ports.config.version,
      dependencies: { bucket: reached ? 'reachable' : 'unreachable' },
    })
  },
)

export const handler = lambda(endpoint, awsPorts)
