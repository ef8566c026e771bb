import * as z from 'zod'
import { awsPorts } from '../../shared/platform/aws/aws-ports.ts'
import { noContent } from '../../shared/platform/http/reply.ts'
import { lambda, route } from '../../shared/platform/http/route.ts'
import { removeWebhook } from '../../shared/webhooks/remove.ts'
import { WebhookName } from '../../shared/webhooks/webhook.ts'

export const endpoint = route(
  {
    method: 'DELETE',
    path: '/v1/webhooks/{webhook}',
    operationId: 'removeWebhook',
    summary: 'Remove a webhook and its deliveries',
    scope: 'write',
    refuses: ['not-found'],
    permissions: [
      'listDeliveries',
      'readWebhooks',
      'writeWebhooks',
      'removeWebhooks',
      'readDeliveries',
      'removeDeliveries',
    ],
    params: z.object({ webhook: WebhookName }),
    answers: { 204: undefined },
  },
  async ({ params: { webhook } }, ports) => {
    await removeWebhook(webhook, ports)
    return noContent()
  },
)

export const handler = lambda(endpoint, awsPorts)
