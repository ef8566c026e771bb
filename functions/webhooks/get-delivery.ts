import * as z from 'zod'
import { awsPorts } from '../../shared/platform/aws/aws-ports.ts'
import { acceptedInBackground, ok } from '../../shared/platform/http/reply.ts'
import { lambda, route } from '../../shared/platform/http/route.ts'
import { DeliveryId, DeliveryWithPayload } from '../../shared/webhooks/delivery.ts'
import { describeDelivery } from '../../shared/webhooks/describe-delivery.ts'
import { WebhookName } from '../../shared/webhooks/webhook.ts'

const RETRY_AFTER_SECONDS = 2

export const endpoint = route(
  {
    method: 'GET',
    path: '/v1/webhooks/{webhook}/deliveries/{delivery}',
    operationId: 'getDelivery',
    summary: 'Get a delivery: its request body and the outcome of each attempt',
    scope: 'read',
    refuses: ['not-found'],
    permissions: ['seeBucket', 'readWebhooks', 'readDeliveries', 'readEvents'],
    params: z.object({ webhook: WebhookName, delivery: DeliveryId }),
    answers: { 200: DeliveryWithPayload },
  },
  async ({ params: { webhook, delivery } }, ports) => {
    const view = await describeDelivery(webhook, delivery, ports)
    return view.state === 'pending' ? acceptedInBackground(view, RETRY_AFTER_SECONDS) : ok(view)
  },
)

export const handler = lambda(endpoint, awsPorts)
