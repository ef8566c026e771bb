import * as z from 'zod'
import { awsPorts } from '../../shared/platform/aws/aws-ports.ts'
import { accepted } from '../../shared/platform/http/reply.ts'
import { lambda, route } from '../../shared/platform/http/route.ts'
import { DeliveryView } from '../../shared/webhooks/delivery.ts'
import { sendTestEvent } from '../../shared/webhooks/send-test.ts'
import { WebhookName } from '../../shared/webhooks/webhook.ts'

export const endpoint = route(
  {
    method: 'POST',
    path: '/v1/webhooks/{webhook}/test',
    operationId: 'sendTestEvent',
    summary: 'Send a webhook.test event, in a single attempt',
    scope: 'write',
    refuses: ['not-found', 'wrong-state'],
    permissions: [
      'seeBucket',
      'readWebhooks',
      'readDeliveries',
      'readEvents',
      'writeDeliveries',
      'writeEvents',
      'sendDeliveries',
    ],
    params: z.object({ webhook: WebhookName }),
    answers: { 202: DeliveryView },
  },
  async ({ params: { webhook } }, ports) => {
    const view = await sendTestEvent(webhook, ports)
    return accepted(view, `/v1/webhooks/${webhook}/deliveries/${view.delivery}`)
  },
)

export const handler = lambda(endpoint, awsPorts)
