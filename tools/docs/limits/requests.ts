import { DEFAULT_LIMIT, MAX_ITEMS, MAX_PAGE_BYTES } from '../../../shared/contracts/page.ts'
import { MAX_PAGE_JOBS } from '../../../shared/labeling/jobs/list.ts'
import { MAX_PAGE_TEAMS } from '../../../shared/labeling/sagemaker/workteams.ts'
import { MAX_READ_BYTES } from '../../../shared/manifests/output/pieces.ts'
import { MAX_BODY_BYTES } from '../../../shared/platform/http/body-limit.ts'
import { MAX_RESPONSE_BYTES } from '../../../shared/platform/http/response-limit.ts'
import { MAX_AGE_MILLISECONDS as KNOWN_MILLISECONDS } from '../../../shared/platform/state/record-cache.ts'
import { formatBytes, formatCount, formatSeconds } from '../markdown.ts'
import type { Limit } from './limit.ts'

/** Limits of requests and answers. */
export const REQUEST_LIMITS: readonly Limit[] = [
  ['Request body', formatBytes(MAX_BODY_BYTES), 'shared/platform/http/body-limit.ts'],
  [
    'Response body, before compression; a larger manifest is a redirect to a presigned URL',
    formatBytes(MAX_RESPONSE_BYTES),
    'shared/platform/http/response-limit.ts',
  ],
  [
    'Items in a page of a list',
    `1 to ${formatCount(MAX_ITEMS)}, ${DEFAULT_LIMIT} by default`,
    'shared/contracts/page.ts',
  ],
  ['Labeling jobs in a page', `at most ${MAX_PAGE_JOBS}`, 'shared/labeling/jobs/list.ts'],
  ['Work teams in a page', `at most ${MAX_PAGE_TEAMS}`, 'shared/labeling/sagemaker/workteams.ts'],
  ['Size of a page; it ends early when its items are large', formatBytes(MAX_PAGE_BYTES), 'shared/contracts/page.ts'],
  [
    'Bytes of an output manifest read for one page of annotations',
    formatBytes(MAX_READ_BYTES),
    'shared/manifests/output/pieces.ts',
  ],
  [
    'Time until a revoked token is refused everywhere',
    formatSeconds(KNOWN_MILLISECONDS / 1000),
    'shared/platform/state/record-cache.ts',
  ],
]
