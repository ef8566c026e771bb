import type { Places, Step, Told } from './step.ts'

const ours = { webhook: 'our-tool' }
const isDelivered = ({ items }: Told): boolean => items?.[0]?.state === 'delivered'
const isStored = ({ items }: Told): boolean => items?.[0]?.state === 'stored'

/** Webhooks and test images: what reaches out to other places. */
export const outsideSteps = ({ receiver }: Places): readonly Step[] => [
  {
    operationId: 'registerWebhook',
    name: 'registered',
    summary: 'With the secret, which is told this once',
    params: ours,
    body: { url: `${receiver}/groundwork`, events: ['batch.copied', 'manifest.written'] },
    status: 201,
  },
  {
    operationId: 'registerWebhook',
    name: 'repeated',
    summary: 'The same again, without the secret',
    params: ours,
    body: { url: `${receiver}/groundwork`, events: ['batch.copied', 'manifest.written'] },
    status: 200,
  },
  {
    operationId: 'registerWebhook',
    name: 'private-address',
    summary: 'An address that no call may go to',
    params: { webhook: 'inside' },
    body: { url: 'https://169.254.169.254/', events: ['batch.copied'] },
    status: 422,
  },
  { operationId: 'getWebhook', name: 'enabled', summary: 'Enabled', params: ours, status: 200 },
  { operationId: 'listWebhooks', name: 'page', summary: 'All of them', status: 200 },
  { operationId: 'sendTestEvent', name: 'sent', summary: 'A test', params: ours, status: 202 },
  {
    operationId: 'listDeliveries',
    name: 'delivered',
    summary: 'The test has arrived',
    params: ours,
    status: 200,
    until: isDelivered,
  },
  { operationId: 'getDelivery', name: 'delivered', summary: 'With what was sent', params: ours, status: 200 },
  { operationId: 'redeliverEvent', name: 'again', summary: 'Once more', params: ours, status: 202 },
  { operationId: 'rotateSecret', name: 'rotated', summary: 'A new secret', params: ours, status: 201 },
  { operationId: 'enableWebhook', name: 'enabled', summary: 'It was enabled all the time', params: ours, status: 200 },
  { operationId: 'removeWebhook', name: 'removed', summary: 'Not called any more', params: ours, status: 204 },
  {
    operationId: 'fetchTestImages',
    name: 'validated-only',
    summary: 'What it would fetch',
    query: { validateOnly: 'true' },
    body: { urls: [`${receiver}/photo.jpg`] },
    status: 200,
  },
  {
    operationId: 'fetchTestImages',
    name: 'queued',
    summary: 'To be fetched',
    body: { urls: [`${receiver}/photo.jpg`] },
    status: 202,
  },
  {
    operationId: 'listTestImages',
    name: 'stored',
    summary: 'With a link that is good for some minutes',
    status: 200,
    until: isStored,
  },
  { operationId: 'getTestImage', name: 'stored', summary: 'With a link that is good for some minutes', status: 200 },
  { operationId: 'deleteTestImage', name: 'deleted', summary: 'Deleted', status: 204 },
]
