import { SessionRequest, SessionView } from '../../shared/contracts/session.ts'
import { openSession } from '../../shared/labeling/workers/open-session.ts'
import { awsPorts } from '../../shared/platform/aws/aws-ports.ts'
import { created } from '../../shared/platform/http/reply.ts'
import { lambda, route } from '../../shared/platform/http/route.ts'

export const endpoint = route(
  {
    method: 'POST',
    path: '/v1/me/sessions',
    operationId: 'openSession',
    summary: 'Open a session of up to 12 hours with the link of a worker; no token needed',
    description:
      'Programs that look at links, such as mail scanners, send GET requests, which open nothing. Repeating the request opens another session of the same worker.',
    scope: undefined,
    refuses: [
      'unauthorized',
      'quota-reached',
      'payload-too-large',
      'corrupt-state',
      'upstream-failed',
      'upstream-timeout',
    ],
    permissions: ['seeBucket', 'readWorkers', 'writeWorkers', 'readWorkerLinks', 'signForWorkers'],
    body: SessionRequest,
    answers: { 201: SessionView },
  },
  async ({ body }, ports) => created(await openSession(body, ports), '/v1/me/jobs'),
)

export const handler = lambda(endpoint, awsPorts)
