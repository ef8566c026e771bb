import { MAX_IMAGE_BYTES, MAX_IMAGE_PIXELS } from '../../../shared/contracts/image-limits.ts'
import { MAX_DATA_BYTES } from '../../../shared/events/truncate-payload.ts'
import { DOWNLOAD_LIMITS } from '../../../shared/platform/outbound/download.ts'
import { ATTEMPT_TIMEOUT_MILLISECONDS as ATTEMPT_MILLISECONDS } from '../../../shared/webhooks/deliver.ts'
import { MAX_WEBHOOKS } from '../../../shared/webhooks/register.ts'
import { DELAYS as RETRY_DELAYS_MILLISECONDS } from '../../../shared/webhooks/retry-schedule.ts'
import { MAX_SECRETS, OVERLAP_MILLISECONDS } from '../../../shared/webhooks/rotate-secret.ts'
import { MAX_URL_CHARACTERS } from '../../../shared/webhooks/webhook.ts'
import type { Schemas } from '../api/schema.ts'
import { describeType } from '../api/type-text.ts'
import { formatBytes, formatCount, formatSeconds } from '../markdown.ts'
import type { Limit } from './limit.ts'

const ROTATION = 'shared/webhooks/rotate-secret.ts'

/** Limits of webhooks and their deliveries. */
export const WEBHOOK_LIMITS: readonly Limit[] = [
  ['Webhooks', formatCount(MAX_WEBHOOKS), 'shared/webhooks/register.ts'],
  ['URL of a webhook', `${formatCount(MAX_URL_CHARACTERS)} characters`, 'shared/webhooks/webhook.ts'],
  ['`data` of an event', formatBytes(MAX_DATA_BYTES), 'shared/events/truncate-payload.ts'],
  ['Time for a receiver to answer', formatSeconds(ATTEMPT_MILLISECONDS / 1000), 'shared/webhooks/deliver.ts'],
  ['Attempts for one delivery', String(RETRY_DELAYS_MILLISECONDS.length + 1), 'shared/webhooks/retry-schedule.ts'],
  ['Secrets that sign at the same time', String(MAX_SECRETS), ROTATION],
  ['Time that an old secret keeps signing', formatSeconds(OVERLAP_MILLISECONDS / 1000), ROTATION],
]

/** Limits of test images. Bounds of fields come from the contract. Pure. */
export const listTestImageLimits = (schemas: Schemas): Limit[] => [
  [
    '`urls`',
    describeType(schemas.TestImagesRequest?.properties?.urls ?? {}, schemas),
    'shared/test-images/test-image.ts',
  ],
  ['Size of an image', formatBytes(MAX_IMAGE_BYTES), 'shared/contracts/image-limits.ts'],
  ['Pixels of an image', formatCount(MAX_IMAGE_PIXELS), 'shared/contracts/image-limits.ts'],
  ['Time to download an image', formatSeconds(DOWNLOAD_LIMITS.body / 1000), 'shared/platform/outbound/download.ts'],
]
