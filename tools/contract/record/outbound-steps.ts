import type { AnswerFields, ReceiverUrl, Step } from './step.ts'

const ownWebhook = { webhook: 'our-tool' }
const isDelivered = ({ items }: AnswerFields): boolean => items?.[0]?.state === 'delivered'
const isStored = ({ items }: AnswerFields): boolean => items?.[0]?.state === 'stored'

/** Webhooks and test images: operations with outbound requests. */
export const createOutboundSteps = ({ receiver }: ReceiverUrl): readonly Step[] => [
  {
    operationId: 'registerWebhook',
    name: 'registered',
    summary: 'Includes the secret; it is never returned again',
    params: ownWebhook,
    body: { url: `${receiver}/groundwork`, events: ['batch.copied', 'manifest.written'] },
    status: 201,
  },
  {
    operationId: 'registerWebhook',
    name: 'repeated',
    summary: 'Repeat the same request; without the secret',
    params: ownWebhook,
    body: { url: `${receiver}/groundwork`, events: ['batch.copied', 'manifest.written'] },
    status: 200,
  },
  {
    operationId: 'registerWebhook',
    name: 'private-address',
    summary: 'A private address',
    params: { webhook: 'inside' },
    body: { url: 'https://169.254.169.254/', events: ['batch.copied'] },
    status: 422,
  },
  { operationId: 'getWebhook', name: 'enabled', summary: 'An enabled webhook', params: ownWebhook, status: 200 },
  { operationId: 'listWebhooks', name: 'page', summary: 'All webhooks', status: 200 },
  { operationId: 'sendTestEvent', name: 'sent', summary: 'Send a test event', params: ownWebhook, status: 202 },
  {
    operationId: 'listDeliveries',
    name: 'delivered',
    summary: 'The test event is delivered',
    params: ownWebhook,
    status: 200,
    until: isDelivered,
  },
  {
    operationId: 'getDelivery',
    name: 'delivered',
    summary: 'A delivery with its payload',
    params: ownWebhook,
    status: 200,
  },
  { operationId: 'redeliverEvent', name: 'again', summary: 'Deliver an event again', params: ownWebhook, status: 202 },
  { operationId: 'rotateSecret', name: 'rotated', summary: 'Create a new secret', params: ownWebhook, status: 201 },
  {
    operationId: 'enableWebhook',
    name: 'enabled',
    summary: 'The webhook is already enabled',
    params: ownWebhook,
    status: 200,
  },
  { operationId: 'removeWebhook', name: 'removed', summary: 'Delete the webhook', params: ownWebhook, status: 204 },
  {
    operationId: 'fetchTestImages',
    name: 'validated-only',
    summary: 'Preview the request; nothing is fetched',
    query: { validateOnly: 'true' },
    body: { urls: [`${receiver}/photo.jpg`] },
    status: 200,
  },
  {
    operationId: 'fetchTestImages',
    name: 'queued',
    summary: 'Fetch an image in the background',
    body: { urls: [`${receiver}/photo.jpg`] },
    status: 202,
  },
  {
    operationId: 'listTestImages',
    name: 'stored',
    summary: 'Includes a presigned URL that expires',
    status: 200,
    until: isStored,
  },
  { operationId: 'getTestImage', name: 'stored', summary: 'Includes a presigned URL that expires', status: 200 },
  { operationId: 'deleteTestImage', name: 'deleted', summary: 'Delete the image', status: 204 },
]
