import { code, table } from '../markdown.ts'

/** What each parameter of a deployment decides. Names and defaults come from `serverless.yml`. */
const DESCRIPTIONS: Readonly<Record<string, string>> = {
  bucket: 'An existing bucket to work in, [see below](#use-an-existing-bucket)',
  dataPrefix: 'Prefix of datasets and batches in the bucket; must end in a slash',
  sourceBuckets:
    'Buckets that images and metadata may be read from, separated by commas, at least one; their owners must grant get and list',
  labelingRoles:
    'ARNs of other roles of this account that labeling jobs may use, separated by commas, [see below](#use-your-own-labeling-role)',
  authorization:
    'How callers are authenticated: `token`, by [bearer tokens](#3-call-the-api), or `iam`, by [signed requests](#sign-requests-instead-of-using-tokens)',
  corsOrigins:
    'Origins whose web pages may call the API, such as `https://labels.example.com`, separated by commas, or `*`',
  apiUrl:
    'Address of the API behind a custom domain, such as `https://labels.example.com`, for links of webhooks and workers, [see below](#use-a-domain-of-your-own)',
  requestsPerSecond: 'Requests per second that the API accepts from all callers together; further ones get a 429',
  requestBurst: 'Requests that may arrive at once',
  openRequestsPerSecond:
    'The same for each route that needs no token, ten times as many for web pages, [see security.md](security.md#without-a-token), at least 1',
  openRequestBurst: 'Requests that may arrive there at once, at least 1',
  pages:
    'Whether the web pages and the API documentation are deployed: `on` or `off`. Without them, workers need a program of their own',
  copiesInFlight: 'Images that one worker copies at the same time, 1 to 100',
  logRetentionDays: 'Days that logs are kept: 1, 3, 5, 7, 14, 30, 60, 90 …',
  alarmEmail: 'Address that alarms are mailed to; Amazon asks it to confirm first',
}

/** What an empty default means. */
const EMPTY: Readonly<Record<string, string>> = {
  apiUrl: 'the one that API Gateway gives it',
  bucket: 'a new one, `groundwork-dev-ACCOUNT-REGION`',
}

/**
 * Writes a table of the deployment parameters. Pure.
 * @throws Error naming a parameter without a description
 */
export const writeParameterTable = (serverlessYaml: string): string =>
  table(
    ['Parameter', 'Description', 'Default'],
    listParameters(serverlessYaml).map(({ name, value }) => {
      const description = DESCRIPTIONS[name]
      if (description === undefined) throw new Error(`tools/docs/deploy/parameters.ts does not describe "${name}"`)
      return [code(name), description, value === '' ? (EMPTY[name] ?? 'none') : code(value)]
    }),
  )

/** Lists the parameters of `serverless.yml` with their defaults. Pure. */
export function listParameters(yaml: string): { name: string; value: string }[] {
  const [, block = ''] = /\nparams:\n {2}default:\n([\s\S]+?)\n\n/.exec(yaml) ?? []
  return Array.from(block.matchAll(/^ {4}(\w+): (.+)$/gm), ([, name = '', value = '']) => ({
    name,
    value: value.replace(/^'(.*)'$/, '$1'),
  }))
}
