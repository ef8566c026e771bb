import * as z from 'zod'
import type { ZodOpenApiPathItemObject } from 'zod-openapi'
import { Payload } from '../../shared/webhooks/delivery.ts'

const SIGNED = z.object({
  'webhook-id': z.string().meta({ description: 'The id of the event: one, however often it comes' }),
  'webhook-timestamp': z.string().meta({ description: 'When this attempt was made: seconds since 1970' }),
  'webhook-signature': z.string().meta({
    description: '`v1,` and the HMAC-SHA256 of `id.timestamp.body` in base64; several, separated by spaces',
  }),
})

/** What is sent to a webhook, told as a call that its receiver answers. */
export const EVENTS: Readonly<Record<string, ZodOpenApiPathItemObject>> = {
  event: {
    post: {
      operationId: 'receiveEvent',
      tags: ['webhooks'],
      summary: 'Something has happened that your webhook is for',
      description:
        'Signed after Standard Webhooks. An event may come twice, and not in order: its id tells it, and `timestamp` when it happened.',
      security: [],
      requestParams: { header: SIGNED },
      requestBody: { required: true, content: { 'application/json': { schema: Payload } } },
      responses: {
        '2XX': { description: 'You have it. Any other answer, or none within 15 seconds, has it sent again later.' },
        '410': { description: 'You want no more: the webhook is disabled.' },
      },
    },
  },
}
