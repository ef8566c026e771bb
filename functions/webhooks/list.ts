import { awsPorts } from '../../shared/platform/aws/aws-ports.ts'
import { ok } from '../../shared/platform/http/reply.ts'
import { lambda, route } from '../../shared/platform/http/route.ts'
import { listWebhooks } from '../../shared/webhooks/list.ts'
import { WebhookItem } from '../../shared/webhooks/webhook.ts'

export const endpoint = route(
  {
    method: 'GET',
    path: '/v1/webhooks',
    operationId: 'listWebhooks',
    summary: 'List webhooks, sorted by name',
    scope: 'read',
    refuses: [],
    permissions: ['listWebhooks', 'readWebhooks'],
    paged: WebhookItem,
  },
  async ({ query }, ports) => ok(await listWebhooks(query, ports)),
)

export const handler = lambda(endpoint, awsPorts)
