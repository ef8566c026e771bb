import * as z from 'zod'
import { awsPorts } from '../../shared/platform/aws/aws-ports.ts'
import { ok } from '../../shared/platform/http/reply.ts'
import { lambda, route } from '../../shared/platform/http/route.ts'
import { DeliveryItem } from '../../shared/webhooks/delivery.ts'
import { DeliveryQuery, listDeliveries } from '../../shared/webhooks/list-deliveries.ts'
import { WebhookName } from '../../shared/webhooks/webhook.ts'

export const endpoint = route(
  {
    method: 'GET',
    path: '/v1/webhooks/{webhook}/deliveries',
    operationId: 'listDeliveries',
    summary: 'List the deliveries of a webhook and their attempts, newest first',
    scope: 'read',
    refuses: ['not-found'],
    permissions: ['listDeliveries', 'readWebhooks', 'readDeliveries'],
    params: z.object({ webhook: WebhookName }),
    query: DeliveryQuery,
    paged: DeliveryItem,
  },
  async ({ params: { webhook }, query }, ports) => ok(await listDeliveries(webhook, query, ports)),
)

export const handler = lambda(endpoint, awsPorts)
