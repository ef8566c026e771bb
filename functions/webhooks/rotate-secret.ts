import * as z from 'zod'
import { awsPorts } from '../../shared/platform/aws/aws-ports.ts'
import { created } from '../../shared/platform/http/reply.ts'
import { lambda, route } from '../../shared/platform/http/route.ts'
import { rotateSecret } from '../../shared/webhooks/rotate-secret.ts'
import { WebhookName, WebhookWithSecret } from '../../shared/webhooks/webhook.ts'

export const endpoint = route(
  {
    method: 'POST',
    path: '/v1/webhooks/{webhook}/rotate-secret',
    operationId: 'rotateSecret',
    summary: 'Rotate the signing secret; the previous one stays valid for 24 hours',
    scope: 'write',
    refuses: ['not-found', 'quota-reached'],
    permissions: ['seeBucket', 'readWebhooks', 'writeWebhooks'],
    params: z.object({ webhook: WebhookName }),
    answers: { 201: WebhookWithSecret },
  },
  async ({ params: { webhook } }, ports) => created(await rotateSecret(webhook, ports), `/v1/webhooks/${webhook}`),
)

export const handler = lambda(endpoint, awsPorts)
