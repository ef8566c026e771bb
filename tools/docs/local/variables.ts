import { code, table } from '../markdown.ts'

interface Variable {
  readonly name: string
  /** What the program takes when the variable is empty or not set; undefined where the source states none. */
  readonly fallback: string | undefined
}

const DESCRIPTIONS: Readonly<Record<string, string>> = {
  PORT: 'Port of the API; 0 takes any free port',
  S3_PORT: 'Port of the embedded S3 server; `PORT` + 100 by default, so `3100`; 0 takes any free port',
  GROUNDWORK_DIR: 'Directory of all state; `npm run token` reads it too',
  GROUNDWORK_TOKEN:
    'Bearer token of the API, at least 16 random characters; without it, a random one is created and printed',
  GROUNDWORK_BUCKET: 'Name of the working bucket',
  GROUNDWORK_API_URL: 'Address used in links of webhooks; the address of the API by default',
  LOG_LEVEL: 'Log level of the functions: `DEBUG`, `INFO`, `WARN`, `ERROR` or `SILENT`',
  POWERTOOLS_LOG_LEVEL: 'The same, as in a deployment; `LOG_LEVEL` comes first',
  AWS_ENDPOINT_URL_S3: 'An S3 server to use instead of the embedded one',
  AWS_ENDPOINT_URL_SQS: 'An SQS server to use instead of the embedded one',
  AWS_ENDPOINT_URL_SAGEMAKER: 'A labeling service to use instead of the embedded one',
  AWS_ACCESS_KEY_ID:
    'Access key for the servers that you name; the embedded ones have [their own](#keys-of-the-embedded-servers)',
  AWS_SECRET_ACCESS_KEY: 'Its secret',
  AWS_SESSION_TOKEN: 'The session token of temporary credentials',
  AWS_PROFILE: 'A profile with credentials and region, instead of these variables',
  AWS_REGION: 'Region of the servers that you name; that of the profile, else `us-east-1`, by default',
  AWS_DEFAULT_REGION: 'The same, if `AWS_REGION` is not set',
  AWS_EC2_METADATA_DISABLED: '`false` takes credentials from the metadata service of an EC2 instance',
}

/** Variables that only the AWS SDK reads. */
const READ_BY_SDK = ['AWS_ACCESS_KEY_ID', 'AWS_SECRET_ACCESS_KEY', 'AWS_SESSION_TOKEN', 'AWS_PROFILE']

/** Order of the table: what most readers look for comes first. */
const ORDER = Object.keys(DESCRIPTIONS)

/**
 * Writes a table of the variables that programs on this machine read. Pure.
 * @param sources texts of the programs
 * @throws Error naming a variable without a description
 */
export function writeLocalVariables(sources: readonly string[]): string {
  const read = listVariables(sources)
  const ofSdk = READ_BY_SDK.filter((name) => read.every((variable) => variable.name !== name))
  const variables = [...read, ...ofSdk.map((name) => ({ name, fallback: undefined }))]
  const undescribed = variables.find(({ name }) => !(name in DESCRIPTIONS))
  if (undescribed) throw new Error(`tools/docs/local/variables.ts does not describe ${undescribed.name}`)
  const sorted = variables.toSorted((a, b) => ORDER.indexOf(a.name) - ORDER.indexOf(b.name))
  return table(
    ['Variable', 'Description', 'Default'],
    sorted.map(({ name, fallback }) => [
      code(name),
      DESCRIPTIONS[name] ?? '',
      fallback === undefined ? '' : code(fallback),
    ]),
  )
}

const READ = /\b(?:process\.env|environment)\.([A-Z][A-Z0-9_]+)\b(?: *(?:\|\||\?\?) *'([^']+)')?/g

/** Lists the variables that programs read, each with the default that stands beside it in the source. Pure. */
export function listVariables(sources: readonly string[]): Variable[] {
  const found = new Map<string, string | undefined>()
  for (const source of sources)
    for (const [, name = '', fallback] of source.matchAll(READ)) found.set(name, found.get(name) ?? fallback)
  return Array.from(found, ([name, fallback]) => ({ name, fallback }))
}
