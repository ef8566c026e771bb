import type { Guard } from '../guard.ts'

const RESPONSE = 'shared/platform/http/response-limit.ts'
const PAYLOAD = 'shared/platform/http/payload-encoding.ts'
const PROBLEM = 'shared/platform/http/problem.ts'
const PAGE = 'shared/platform/storage/read-page.ts'
const SIZE_TEST = 'test/platform/http/response-size.test.ts'
const LINKS_TEST = 'test/platform/http/links.test.ts'
const PAGE_TEST = 'test/platform/storage/read-page.test.ts'

/** What bounds the size of responses. */
export const RESPONSE_GUARDS: readonly Guard[] = [
  {
    prevents: 'A response is larger than Lambda returns, and the caller gets an error without a problem document.',
    file: RESPONSE,
    text: 'if (bytes > MAX_RESPONSE_BYTES)',
    without: 'if (false)',
    tests: [SIZE_TEST],
  },
  {
    prevents: 'The size of a response is counted in characters.',
    file: RESPONSE,
    text: "Buffer.byteLength(response?.body ?? '')",
    without: "(response?.body ?? '').length",
    tests: [SIZE_TEST],
  },
  {
    prevents: 'A response of 4 MB exceeds 6 MB because of its quotes.',
    file: PAYLOAD,
    text: 'if (Buffer.byteLength(JSON.stringify(response.body)) <= base64.length) return',
    without: 'if (base64) return',
    tests: [SIZE_TEST],
  },
  {
    prevents: 'A problem document has issues without end.',
    file: PROBLEM,
    text: 'fitItems(known.issues, MAX_ERRORS_BYTES)',
    without: 'fitItems(known.issues, Number.POSITIVE_INFINITY)',
    tests: [SIZE_TEST],
  },
  {
    prevents: 'A problem document has a detail without end.',
    file: PROBLEM,
    text: 'detail.length > MAX_DETAIL_CHARACTERS ?',
    without: 'detail.length < 0 ?',
    tests: [SIZE_TEST],
  },
  {
    prevents: 'A list does not get past an item that is too large for a page.',
    file: PAGE,
    text: 'const isTooLarge = itemBytes > MAX_PAGE_BYTES',
    without: 'const isTooLarge = itemBytes < 0',
    tests: [PAGE_TEST],
  },
  {
    prevents: 'A page of large items is larger than a response may be.',
    file: PAGE,
    text: 'if (bytes > MAX_PAGE_BYTES && items.length > 0)',
    without: 'if (bytes < 0)',
    tests: [PAGE_TEST],
  },
  {
    prevents: 'A response with links has another ETag from each process, so that polling transfers it again and again.',
    file: 'shared/platform/http/reply.ts',
    text: '({ ...one, link: undefined })',
    without: '({ ...one })',
    tests: [LINKS_TEST],
  },
  {
    prevents: 'A client that polls is answered 304 until its links have expired.',
    file: 'shared/platform/http/reply.ts',
    text: '({ ...one, link: undefined })',
    without: '({ ...one, link: undefined, linkExpiresAt: undefined })',
    tests: [LINKS_TEST],
  },
  {
    prevents: 'A link expires while its image is looked at.',
    file: 'shared/platform/storage/quarter-hour-links.ts',
    text: 'QUARTER_HOUR_SECONDS + seconds',
    without: 'seconds',
    tests: ['test/platform/storage/quarter-hour-links.test.ts'],
  },
]
