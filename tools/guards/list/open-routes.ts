import type { Guard } from '../guard.ts'

const OPEN_TEST = 'test/functions/open-routes.test.ts'
const FILE_TEST = 'test/platform/http/static-file.test.ts'
const CHOICES_TEST = 'test/deploy/choices.test.ts'
const DOCS_TEST = 'test/functions/docs.test.ts'

/** What keeps requests without a token cheap. */
export const OPEN_ROUTE_GUARDS: readonly Guard[] = [
  {
    prevents: 'Each GET /health asks S3 for the bucket.',
    file: 'shared/platform/bucket-reachable.ts',
    text: '  if (known && age >= 0 && age < MAX_AGE_MILLISECONDS) return known.reached\n',
    without: '',
    tests: [OPEN_TEST],
  },
  {
    prevents: 'After the clock was set back, an old answer about the bucket stays until the clock has caught up.',
    file: 'shared/platform/bucket-reachable.ts',
    text: 'age >= 0 && ',
    without: '',
    tests: [OPEN_TEST],
  },
  {
    prevents: 'A page is compressed for each request.',
    file: 'shared/platform/http/static-file.ts',
    text: '    made ??= make()',
    without: '    made = make()',
    tests: [FILE_TEST],
  },
  {
    prevents: 'A page that could not be read once is never served again.',
    file: 'shared/platform/http/static-file.ts',
    text: '      made = undefined\n',
    without: '',
    tests: [FILE_TEST],
  },
  {
    prevents: 'Two encodings of a file share a strong ETag, and a cache mixes them up.',
    file: 'shared/platform/http/static-file.ts',
    text: 'etag: computeEtag(encoded.body)',
    without: 'etag: computeEtag(await text())',
    tests: [DOCS_TEST],
  },
  {
    prevents: 'A client gets an encoding that it refuses.',
    file: 'shared/platform/http/choose-encoding.ts',
    text: 'offered.filter((coding) => weigh(coding) > 0)',
    without: 'offered',
    tests: [DOCS_TEST],
  },
  {
    prevents: 'A token that cannot be one costs a request to S3.',
    file: 'shared/platform/tokens/check.ts',
    text: 'token.length > MAX_TOKEN_CHARACTERS || !isBearerToken(token)',
    without: 'token.length < 0',
    tests: [OPEN_TEST],
  },
  {
    prevents: 'A caller without a token writes long log lines.',
    file: 'shared/platform/http/request-log.ts',
    text: 'shortenPath(value)',
    without: 'value',
    tests: ['test/functions/log-lines.system.test.ts'],
  },
  {
    prevents: 'Routes without a token share the limits of the others, and a flood of them stops the API.',
    file: 'deploy/choices.cjs',
    text: "httpApi === '*' || httpApi.authorizer === undefined\n",
    without: 'false\n',
    tests: [CHOICES_TEST],
  },
  {
    prevents: 'A limit of zero closes the routes that need no token.',
    file: 'deploy/choices.cjs',
    text: ' && Number(given) >= 1',
    without: '',
    tests: [CHOICES_TEST],
  },
  {
    prevents: 'CloudFormation sets the limits of a route before it exists, and the deployment fails.',
    file: 'deploy/depend-on-routes.cjs',
    text: ', Object.keys(RouteSettings).map(findRoute)',
    without: '',
    tests: ['test/deploy/depend-on-routes.test.ts'],
  },
  {
    prevents: 'A deployment without pages claims that they have other methods.',
    file: 'shared/platform/http/unknown-path.ts',
    text: '    .filter(({ isPage = false }: Route) => hasPages || !isPage)\n',
    without: '',
    tests: [OPEN_TEST],
  },
]
