import * as z from 'zod'
import { awsPorts } from '../../shared/platform/aws/aws-ports.ts'
import { accepted } from '../../shared/platform/http/reply.ts'
import { lambda, route } from '../../shared/platform/http/route.ts'
import { DeliveryId, DeliveryView } from '../../shared/webhooks/delivery.ts'
import { redeliver } from '../../shared/webhooks/redeliver.ts'
import { WebhookName } from '../../shared/webhooks/webhook.ts'

export const endpoint = route(
  {
    method: 'POST',
    path: '/v1/webhooks/{webhook}/deliveries/{delivery}/redeliver',
    operationId: 'redeliverEvent',
    summary: 'Deliver an event again, at once; it keeps its id',
    scope: 'write',
    refuses: ['not-found', 'wrong-state'],
    permissions: ['seeBucket', 'readWebhooks', 'readDeliveries', 'readEvents', 'writeDeliveries', 'sendDeliveries'],
    params: z.object({ webhook: WebhookName, delivery: DeliveryId }),
    answers: { 202: DeliveryView },
  },
  async ({ params: { webhook, delivery } }, ports) =>
    accepted(await redeliver(webhook, delivery, ports), `/v1/webhooks/${webhook}/deliveries/${delivery}`),
)

export const handler = lambda(endpoint, awsPorts)
