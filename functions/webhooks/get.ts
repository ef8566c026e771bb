import * as z from 'zod'
import { awsPorts } from '../../shared/platform/aws/aws-ports.ts'
import { ok } from '../../shared/platform/http/reply.ts'
import { lambda, route } from '../../shared/platform/http/route.ts'
import { getWebhook } from '../../shared/webhooks/store.ts'
import { toWebhookView, WebhookName, WebhookView } from '../../shared/webhooks/webhook.ts'

export const endpoint = route(
  {
    method: 'GET',
    path: '/v1/webhooks/{webhook}',
    operationId: 'getWebhook',
    summary: 'Get a webhook: its URL, event types and state',
    scope: 'read',
    refuses: ['not-found'],
    permissions: ['seeBucket', 'readWebhooks'],
    params: z.object({ webhook: WebhookName }),
    answers: { 200: WebhookView },
  },
  async ({ params: { webhook } }, ports) => ok(toWebhookView(webhook, await getWebhook(webhook, ports), ports.now())),
)

export const handler = lambda(endpoint, awsPorts)
