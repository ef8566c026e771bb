import * as z from 'zod'
import { awsPorts } from '../../shared/platform/aws/aws-ports.ts'
import { created, ok } from '../../shared/platform/http/reply.ts'
import { lambda, route } from '../../shared/platform/http/route.ts'
import { ValidateOnlyQuery } from '../../shared/platform/http/validate-only.ts'
import { registerWebhook } from '../../shared/webhooks/register.ts'
import { WebhookName, WebhookRequest, WebhookView, WebhookWithSecret } from '../../shared/webhooks/webhook.ts'

export const endpoint = route(
  {
    method: 'PUT',
    path: '/v1/webhooks/{webhook}',
    operationId: 'registerWebhook',
    summary: 'Register a URL for events; the 201 includes the signing secret',
    scope: 'write',
    refuses: ['bad-source', 'conflict', 'wrong-state', 'quota-reached'],
    permissions: ['listWebhooks', 'readWebhooks', 'writeWebhooks'],
    params: z.object({ webhook: WebhookName }),
    query: ValidateOnlyQuery,
    body: WebhookRequest,
    answers: { 200: WebhookView, 201: WebhookWithSecret },
  },
  async ({ params: { webhook }, query, body }, ports) => {
    const registered = await registerWebhook(webhook, body, query, ports)
    return 'created' in registered ? created(registered.created, `/v1/webhooks/${webhook}`) : ok(registered.view)
  },
)

export const handler = lambda(endpoint, awsPorts)
