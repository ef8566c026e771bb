import { spawnSync } from 'node:child_process'
import { copyFile, mkdtemp, rm, symlink, writeFile } from 'node:fs/promises'
import { createRequire } from 'node:module'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals'
import { readConfig } from '../../shared/platform/config.ts'
import { declaredFunctions } from './declared-functions.ts'
import { listed } from './statements.ts'
import { listAllStatements, listFunctions, ofType, packagedTemplate, type Template } from './template.ts'

const ROOT = new URL('../../', import.meta.url).pathname
const choices = createRequire(import.meta.url)('../../deploy/choices.cjs')
const PARAMETERS = [
  'bucket=my-images',
  'dataPrefix=labels/open/',
  'sourceBuckets=open-images-dataset, my-sources',
  'labelingRoles=arn:aws:iam::123456789012:role/mine, arn:aws:iam::123456789012:role/teams/other',
  'authorization=iam',
  'corsOrigins=https://labels.groundwork.dev, https://other.groundwork.dev',
  'apiUrl=https://labels.groundwork.dev/',
  'requestsPerSecond=50',
  'requestBurst=75',
  'openRequestsPerSecond=3',
  'openRequestBurst=15',
  'pages=off',
  'copiesInFlight=4',
  'logRetentionDays=7',
  'alarmEmail=me@example.com',
]

const ENVIRONMENT = { AWS_REGION: 'us-east-1', GROUNDWORK_BUCKET: 'work', GROUNDWORK_ACCOUNT: '123456789012' }

/** The stack's own role comes first, because it is the default. */
const LABELING_ROLES = [
  'arn:aws:iam::123456789012:role/groundwork-other-us-east-1-labeling',
  'arn:aws:iam::123456789012:role/mine',
  'arn:aws:iam::123456789012:role/teams/other',
]

/** Packages with these parameters, without credentials or settings, in a folder of its own: packaging empties `.serverless`. */
async function packageWith(parameters: readonly string[], folder: string): Promise<Template> {
  for (const name of ['deploy', 'docs', 'functions', 'shared', 'node_modules', 'package.json'])
    await symlink(join(ROOT, name), join(folder, name))
  await copyFile(join(ROOT, 'serverless.yml'), join(folder, 'serverless.yml'))
  // The test reads only the template, so the bundles may leave packages out.
  const bundle = "module.exports = () => ({ format: 'esm', packages: 'external', outputFileExtension: '.mjs' })"
  await writeFile(join(folder, 'esbuild.config.cjs'), bundle)
  const given = parameters.flatMap((parameter) => ['--param', parameter])
  const { status, stdout, stderr } = spawnSync(
    process.execPath,
    [join(ROOT, 'node_modules/serverless/bin/serverless.js'), 'package', '--stage', 'other', ...given],
    { cwd: folder, env: { HOME: folder }, encoding: 'utf8' },
  )
  if (status !== 0) throw new Error(`${stdout}${stderr}`)
  return await packagedTemplate(join(folder, '.serverless'))
}

let folder: string
let other: Template
beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'package-'))
  other = await packageWith(PARAMETERS, folder)
  // Packaging takes a minute on an idle machine.
}, 600_000)
afterAll(() => rm(folder, { recursive: true, force: true }))

describe('deploying with an existing bucket', () => {
  it('creates nothing of the bucket', () => {
    const ids = Object.entries(other.Resources).filter(([, { Type }]) => Type.startsWith('AWS::S3::'))
    expect(ids.map(([id]) => id)).toEqual(['ServerlessDeploymentBucket', 'ServerlessDeploymentBucketPolicy'])
    expect(other.Outputs.Bucket?.Value).toBe('my-images')
  })

  it('lets functions use only its data prefix, system/ and the source buckets', () => {
    const resources = ofType(other, 'AWS::IAM::Role').flatMap(([role]) =>
      listAllStatements(other, role).flatMap(({ Resource }) => [Resource].flat()),
    )
    const s3 = new Set(resources.filter((one) => String(one).startsWith('arn:aws:s3:::')))
    const foreign =
      /^arn:aws:s3:::(my-images(\/labels\/open\/.*|\/system\/[\w-]+(\/.*|\.json))?|(open-images-dataset|my-sources)(\/\*)?)$/
    expect([...s3].filter((one) => !foreign.test(String(one)))).toEqual([])
    for (const source of ['open-images-dataset', 'open-images-dataset/*', 'my-sources', 'my-sources/*'])
      expect([...s3]).toContain(`arn:aws:s3:::${source}`)
  })

  it('lets functions list only its data prefix and system/', () => {
    const prefixes = ofType(other, 'AWS::IAM::Role').flatMap(([role]) =>
      listAllStatements(other, role).flatMap(({ Condition = {} }) =>
        listed(Condition.StringLikeIfExists?.['s3:prefix'] ?? []),
      ),
    )
    expect(prefixes.length).toBeGreaterThan(20)
    expect(prefixes.filter((prefix) => !/^(labels\/open\/|system\/[\w-]+\/)/.test(prefix))).toEqual([])
  })
})

describe('deployment parameters', () => {
  it('are passed to the functions', () => {
    for (const { Environment } of listFunctions(other))
      expect(Environment.Variables).toMatchObject({
        GROUNDWORK_BUCKET: 'my-images',
        GROUNDWORK_DATA_PREFIX: 'labels/open/',
        GROUNDWORK_SOURCE_BUCKETS: 'open-images-dataset, my-sources',
        GROUNDWORK_COPIES_IN_FLIGHT: '4',
        GROUNDWORK_API_URL: 'https://labels.groundwork.dev',
        GROUNDWORK_AUTHORIZATION: 'iam',
        GROUNDWORK_CORS_ORIGINS: 'https://labels.groundwork.dev, https://other.groundwork.dev',
        GROUNDWORK_PAGES: 'off',
        GROUNDWORK_METRICS_NAMESPACE: 'groundwork-other',
        GROUNDWORK_ACCOUNT: '123456789012',
        GROUNDWORK_LABELING_ROLES: LABELING_ROLES.join(','),
      })
  })

  it('name the address of the API in the outputs', () => {
    expect(other.Outputs.Api?.Value).toBe('https://labels.groundwork.dev')
  })

  it('authorize with IAM every route but the public ones and those of workers, without reading tokens', async () => {
    const endpoints = (await declaredFunctions()).endpoints.filter(({ endpoint }) => !endpoint.isPage)
    const open = endpoints.flatMap(({ endpoint: { method, path, scope } }) => {
      if (scope !== undefined && scope !== 'label') return []
      return path === '$default' ? [path] : [`${method === 'GET' ? 'ANY' : method} ${path}`]
    })
    const routes = ofType(other, 'AWS::ApiGatewayV2::Route').map(([, properties]) => properties)
    expect(routes).toHaveLength(endpoints.length)
    for (const { RouteKey, AuthorizationType = 'NONE' } of routes)
      expect([RouteKey, AuthorizationType]).toEqual([RouteKey, open.includes(RouteKey) ? 'NONE' : 'AWS_IAM'])
    // Who sends a token to an endpoint of workers is told that it is the wrong credential.
    const isForWorkers = (role: string): boolean => role.includes('/system/labeling-key.json')
    const roles = ofType(other, 'AWS::IAM::Role').map(([, role]) => JSON.stringify(role))
    expect(roles.filter((role) => role.includes('/system/tokens/') && !isForWorkers(role))).toEqual([])
  })

  it.each(['', 'none', 'IAM'])('refuse "%s" as authorization', async (given) => {
    await expect(choices.authorizer({ resolveVariable: async () => given })).rejects.toThrow(
      `authorization must be token or iam, not "${given}"`,
    )
  })

  it.each([
    'system/',
    'system/data/',
    '*/',
    'a*/',
    'a/*/b/',
    '?/',
    '/',
    '',
    'data',
    'a//',
    './',
    'a/../',
    '../system/',
    '$' + '{x}/',
  ])('refuse "%s" as the data prefix, as functions do', async (given) => {
    await expect(choices.dataPrefix({ resolveVariable: async () => given })).rejects.toThrow(`dataPrefix: "${given}"`)
    expect(() => readConfig({ ...ENVIRONMENT, GROUNDWORK_DATA_PREFIX: given })).toThrow('GROUNDWORK_DATA_PREFIX')
  })

  it.each(['data/', 'systems/', 'a/system/', "labels/open/v1.0_(new)!'/", '.hidden/', '..a/'])(
    'allow "%s" as the data prefix, as functions do',
    async (given) => {
      expect(await choices.dataPrefix({ resolveVariable: async () => given })).toBe(given)
      expect(readConfig({ ...ENVIRONMENT, GROUNDWORK_DATA_PREFIX: given }).dataPrefix).toBe(given)
    },
  )

  it.each(['*', 'my-*', 'My-Images', 'my images', 'ab', `$\{AWS::AccountId}`, 'my-images/system'])(
    'refuse %s as a bucket',
    async (given) => {
      const resolveVariable = async () => given
      await expect(choices.bucket({ resolveVariable })).rejects.toThrow(`bucket: "${given}"`)
      await expect(choices.sources({ resolveVariable })).rejects.toThrow(`sourceBuckets: "${given}"`)
    },
  )

  it('set the limits of the API, and of each route that anyone can call', () => {
    const [[, { DefaultRouteSettings, RouteSettings }] = ['', {}]] = ofType(other, 'AWS::ApiGatewayV2::Stage')
    expect(Object.values(DefaultRouteSettings).map(Number)).toEqual([50, 75])
    const limits = { ThrottlingRateLimit: 3, ThrottlingBurstLimit: 15 }
    expect(RouteSettings).toEqual({ 'ANY /health': limits, 'POST /v1/me/sessions': limits, $default: limits })
  })

  it('leave out the functions of the API documentation and everything that belongs to them', () => {
    const names = listFunctions(other).map(({ name }) => name.replace('groundwork-other-', ''))
    expect(names).toContain('health')
    expect(names.filter((name) => /docs|openapi/.test(name))).toEqual([])
    const ids = Object.keys(other.Resources).filter((id) => /docs|openapi/i.test(id))
    expect(ids).toEqual([])
  })

  it('set the roles that may be passed to labeling jobs', () => {
    const passed = ofType(other, 'AWS::IAM::Role').flatMap(([role]) =>
      listAllStatements(other, role).flatMap(({ Action, Resource }) =>
        String(Action) === 'iam:PassRole' ? Resource : [],
      ),
    )
    expect([...new Set(passed)]).toEqual(LABELING_ROLES)
  })

  it.each(['*', 'arn:aws:iam::123456789012:role/*', 'mine'])('refuse %s as the role of a job', async (given) => {
    const resolveVariable = async () => `arn:aws:iam::123456789012:role/mine,${given}`
    await expect(choices.labelingRoles({ resolveVariable })).rejects.toThrow(`"${given}" is not the ARN of a role`)
  })

  it('set log retention and the alarm address', () => {
    const days = ofType(other, 'AWS::Logs::LogGroup').map(([, { RetentionInDays }]) => RetentionInDays)
    expect(days.map(Number)).toEqual([7, 7, 7])
    expect(ofType(other, 'AWS::SNS::Subscription')).toEqual([
      ['AlarmEmail', { TopicArn: 'groundwork-other-alarms', Protocol: 'email', Endpoint: 'me@example.com' }],
    ])
  })

  it('send no mail without alarmEmail', async () => {
    expect(ofType(await packagedTemplate(), 'AWS::SNS::Subscription')).toEqual([])
  })
})

describe('two stages', () => {
  it('share no resource names', async () => {
    const NAMES = ['Name', 'FunctionName', 'QueueName', 'TopicName', 'RoleName', 'BucketName', 'LogGroupName']
    const listNames = ({ Resources }: Template): string[] =>
      Object.values(Resources).flatMap(({ Properties = {} }) =>
        NAMES.flatMap((name) => Properties[name] ?? []).filter((name) => !name.endsWith('.Arn')),
      )
    const here = listNames(await packagedTemplate())
    expect(listNames(other).filter((name) => here.includes(name))).toEqual([])
    expect(here.length).toBeGreaterThan(60)
  })
})
