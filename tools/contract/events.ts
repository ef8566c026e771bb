import * as z from 'zod'
import type { ZodOpenApiPathItemObject } from 'zod-openapi'
import { Payload } from '../../shared/webhooks/delivery.ts'

const SIGNED = z.object({
  'webhook-id': z.string().meta({ description: 'The event id; the same for every attempt' }),
  'webhook-timestamp': z.string().meta({ description: 'Time of this attempt, in seconds since 1970' }),
  'webhook-signature': z.string().meta({
    description: '`v1,` and the base64 HMAC-SHA256 of `id.timestamp.body`; may be several, separated by spaces',
  }),
})

/** Webhook requests, as the `webhooks` object of OpenAPI. */
export const EVENTS: Readonly<Record<string, ZodOpenApiPathItemObject>> = {
  event: {
    post: {
      operationId: 'receiveEvent',
      tags: ['events'],
      summary: 'Receive an event',
      description:
        'Signed according to Standard Webhooks. Events may be delivered more than once and out of order: deduplicate by id, and order by `timestamp`.',
      security: [],
      requestParams: { header: SIGNED },
      requestBody: { required: true, content: { 'application/json': { schema: Payload } } },
      responses: {
        '2XX': { description: 'Acknowledges the event. Any other response, or none within 15 seconds, is retried.' },
        '410': { description: 'Disables the webhook.' },
      },
    },
  },
}
