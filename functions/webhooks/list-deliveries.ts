import * as z from 'zod'
import { awsPorts } from '../../shared/aws-ports.ts'
import { pageOf } from '../../shared/contracts/page.ts'
import { ok } from '../../shared/http/reply.ts'
import { lambda, route } from '../../shared/http/route.ts'
import { DeliveryView } from '../../shared/webhooks/delivery.ts'
import { DeliveryQuery, listDeliveries } from '../../shared/webhooks/list-deliveries.ts'
import { WebhookName } from '../../shared/webhooks/webhook.ts'

export const endpoint = route(
  {
    method: 'GET',
    path: '/v1/webhooks/{webhook}/deliveries',
    operationId: 'listDeliveries',
    summary: 'List what a webhook was sent, newest first, with every attempt',
    scope: 'read',
    refuses: ['not-found'],
    params: z.object({ webhook: WebhookName }),
    query: DeliveryQuery,
    answers: { 200: pageOf(DeliveryView) },
  },
  async ({ params: { webhook }, query }, ports) => ok(await listDeliveries(webhook, query, ports)),
)

export const handler = lambda(endpoint, awsPorts)
