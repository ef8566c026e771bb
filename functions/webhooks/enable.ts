import * as z from 'zod'
import { awsPorts } from '../../shared/platform/aws/aws-ports.ts'
import { ok } from '../../shared/platform/http/reply.ts'
import { lambda, route } from '../../shared/platform/http/route.ts'
import { enableWebhook } from '../../shared/webhooks/enable.ts'
import { WebhookName, WebhookView } from '../../shared/webhooks/webhook.ts'

export const endpoint = route(
  {
    method: 'POST',
    path: '/v1/webhooks/{webhook}/enable',
    operationId: 'enableWebhook',
    summary: 'Enable a webhook that was disabled because its receiver answered 410',
    scope: 'write',
    refuses: ['not-found'],
    permissions: ['seeBucket', 'readWebhooks', 'writeWebhooks'],
    params: z.object({ webhook: WebhookName }),
    answers: { 200: WebhookView },
  },
  async ({ params: { webhook } }, ports) => ok(await enableWebhook(webhook, ports)),
)

export const handler = lambda(endpoint, awsPorts)
