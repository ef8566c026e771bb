import type { Guard } from '../guard.ts'

const EVERY_ENDPOINT = 'test/functions/every-endpoint.system.test.ts'
const HIDDEN_QUERIES = 'test/functions/hidden-queries.system.test.ts'

/** `shared/platform/http/` and what answers show. */
export const HTTP_GUARDS: readonly Guard[] = [
  {
    prevents: 'A compressed body is refused as text that is not UTF-8.',
    file: 'shared/platform/http/plain-body.ts',
    text: '    assertUncompressed(event)\n',
    without: '',
    tests: [EVERY_ENDPOINT],
  },
  {
    prevents: 'A path with an encoded slash is answered with a contradiction.',
    file: 'shared/platform/http/unknown-path.ts',
    text: 'methods.includes(method)',
    without: 'false',
    tests: [EVERY_ENDPOINT],
  },
  {
    prevents: 'Callers who may read see the signature in the URL of a file.',
    file: 'shared/datasets/describe.ts',
    text: '    sources: hideQueries(registration.sources),\n',
    without: '',
    tests: [HIDDEN_QUERIES],
  },
  {
    prevents: 'Callers who may read see the key in the URL of a webhook.',
    file: 'shared/webhooks/webhook.ts',
    text: 'url: hideQuery(state.url)',
    without: 'url: state.url',
    tests: [HIDDEN_QUERIES],
  },
  {
    prevents: 'A URL that was copied from an answer is stored without its query.',
    file: 'shared/platform/outbound/outbound-url.ts',
    text: 'if (url.search === HIDDEN_SEARCH)',
    without: 'if (url.search === HIDDEN_QUERY)',
    tests: [HIDDEN_QUERIES],
  },
  {
    prevents: 'A page looks at a thousand objects for one response.',
    file: 'shared/contracts/page.ts',
    text: 'verify ? Math.min(limit, MAX_VERIFIED_ITEMS) : limit',
    without: 'verify ? limit : limit',
    tests: ['test/copying/verify-images.test.ts', 'test/test-images/verify.test.ts'],
  },
  {
    prevents: 'The data prefix lies in the folder of secrets.',
    file: 'shared/platform/config.ts',
    text: '(?!system\\/)(?:',
    without: '(?:',
    tests: ['test/contracts/lengths.test.ts'],
  },
]
