import { spawnSync } from 'node:child_process'
import { copyFile, mkdtemp, rm, symlink, writeFile } from 'node:fs/promises'
import { createRequire } from 'node:module'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals'
import { declaredFunctions } from './declared.ts'
import { listed } from './statements.ts'
import { allStatementsOf, functionsOf, ofType, packagedTemplate, type Template } from './template.ts'

const ROOT = new URL('../../', import.meta.url).pathname
const choices = createRequire(import.meta.url)('../../deploy/choices.cjs')
const PARAMETERS = [
  'bucket=my-images',
  'dataPrefix=labels/open/',
  'sourceBuckets=open-images-dataset, my-sources',
  'labelingRoles=arn:aws:iam::123456789012:role/mine, arn:aws:iam::123456789012:role/teams/other',
  'authorization=iam',
  'corsOrigins=https://labels.groundwork.dev, https://other.groundwork.dev',
  'requestsPerSecond=50',
  'requestBurst=75',
  'copiesInFlight=4',
  'logRetentionDays=7',
  'alarmEmail=me@example.com',
]

/** The stack's own first, as a request that names none takes that. */
const LABELING_ROLES = [
  'arn:aws:iam::123456789012:role/groundwork-other-us-east-1-labeling',
  'arn:aws:iam::123456789012:role/mine',
  'arn:aws:iam::123456789012:role/teams/other',
]

/**
 * Packages as somebody with nobody's credentials and settings, in a folder of its own: it would remove what is there.
 */
async function packagedWith(parameters: readonly string[], folder: string): Promise<Template> {
  for (const name of ['deploy', 'docs', 'functions', 'shared', 'node_modules', 'package.json'])
    await symlink(join(ROOT, name), join(folder, name))
  await copyFile(join(ROOT, 'serverless.yml'), join(folder, 'serverless.yml'))
  // Only the template is looked at: what functions bring from packages can be left out of them.
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
  other = await packagedWith(PARAMETERS, folder)
}, 120_000)
afterAll(() => rm(folder, { recursive: true, force: true }))

describe('an existing bucket', () => {
  it('is used as it is: nothing of it is created', () => {
    const ids = Object.entries(other.Resources).filter(([, { Type }]) => Type.startsWith('AWS::S3::'))
    expect(ids.map(([id]) => id)).toEqual(['ServerlessDeploymentBucket', 'ServerlessDeploymentBucketPolicy'])
    expect(other.Outputs.Bucket?.Value).toBe('my-images')
  })

  it('is all that functions touch, below the data prefix and what lies in system, besides the source buckets', () => {
    const resources = ofType(other, 'AWS::IAM::Role').flatMap(([role]) =>
      allStatementsOf(other, role).flatMap(({ Resource }) => [Resource].flat()),
    )
    const s3 = new Set(resources.filter((one) => String(one).startsWith('arn:aws:s3:::')))
    const foreign =
      /^arn:aws:s3:::(my-images(\/labels\/open\/.*|\/system\/[\w-]+(\/\*)?\.json)?|(open-images-dataset|my-sources)(\/\*)?)$/
    expect([...s3].filter((one) => !foreign.test(String(one)))).toEqual([])
    for (const source of ['open-images-dataset', 'open-images-dataset/*', 'my-sources', 'my-sources/*'])
      expect([...s3]).toContain(`arn:aws:s3:::${source}`)
  })

  it('is listed below the data prefix and in system only', () => {
    const prefixes = ofType(other, 'AWS::IAM::Role').flatMap(([role]) =>
      allStatementsOf(other, role).flatMap(({ Condition = {} }) =>
        listed(Condition.StringLikeIfExists?.['s3:prefix'] ?? []),
      ),
    )
    expect(prefixes.length).toBeGreaterThan(20)
    expect(prefixes.filter((prefix) => !/^(labels\/open\/|system\/[\w-]+\/)/.test(prefix))).toEqual([])
  })
})

describe('parameters', () => {
  it('reach the functions', () => {
    for (const { Environment } of functionsOf(other))
      expect(Environment.Variables).toMatchObject({
        GROUNDWORK_BUCKET: 'my-images',
        GROUNDWORK_DATA_PREFIX: 'labels/open/',
        GROUNDWORK_SOURCE_BUCKETS: 'open-images-dataset, my-sources',
        GROUNDWORK_COPIES_IN_FLIGHT: '4',
        GROUNDWORK_AUTHORIZATION: 'iam',
        GROUNDWORK_CORS_ORIGINS: 'https://labels.groundwork.dev, https://other.groundwork.dev',
        GROUNDWORK_METRICS_NAMESPACE: 'groundwork-other',
        GROUNDWORK_ACCOUNT: '123456789012',
        GROUNDWORK_LABELING_ROLES: LABELING_ROLES.join(','),
      })
  })

  it('have IAM ask who calls, on every route but those that ask nobody, and no function look up tokens', async () => {
    const { endpoints } = await declaredFunctions()
    const open = endpoints.flatMap(({ endpoint: { method, path, scope } }) =>
      scope === undefined ? (path === '$default' ? [path] : [`${method} ${path}`, `HEAD ${path}`]) : [],
    )
    const routes = ofType(other, 'AWS::ApiGatewayV2::Route').map(([, properties]) => properties)
    expect(routes.length).toBeGreaterThan(50)
    for (const { RouteKey, AuthorizationType = 'NONE' } of routes)
      expect([RouteKey, AuthorizationType]).toEqual([RouteKey, open.includes(RouteKey) ? 'NONE' : 'AWS_IAM'])
    expect(JSON.stringify(other.Resources)).not.toContain('/system/tokens/')
  })

  it.each(['', 'none', 'IAM'])('take "%s" for no way to ask', async (given) => {
    await expect(choices.authorizer({ resolveVariable: async () => given })).rejects.toThrow(
      `authorization must be token or iam, not "${given}"`,
    )
  })

  it('reach the limits of the API', () => {
    const [[, { DefaultRouteSettings }] = ['', {}]] = ofType(other, 'AWS::ApiGatewayV2::Stage')
    expect(Object.values(DefaultRouteSettings).map(Number)).toEqual([50, 75])
  })

  it('reach who may give roles to labeling jobs', () => {
    const passed = ofType(other, 'AWS::IAM::Role').flatMap(([role]) =>
      allStatementsOf(other, role).flatMap(({ Action, Resource }) =>
        String(Action) === 'iam:PassRole' ? Resource : [],
      ),
    )
    expect([...new Set(passed)]).toEqual(LABELING_ROLES)
  })

  it.each(['*', 'arn:aws:iam::123456789012:role/*', 'mine'])('do not take %s for the role of a job', async (given) => {
    const resolveVariable = async () => `arn:aws:iam::123456789012:role/mine,${given}`
    await expect(choices.labelingRoles({ resolveVariable })).rejects.toThrow(`"${given}" is not the ARN of a role`)
  })

  it('reach logs and alarms', () => {
    const days = ofType(other, 'AWS::Logs::LogGroup').map(([, { RetentionInDays }]) => RetentionInDays)
    expect(new Set(days)).toEqual(new Set([7]))
    expect(ofType(other, 'AWS::SNS::Subscription')).toEqual([
      ['AlarmEmail', { TopicArn: 'groundwork-other-alarms', Protocol: 'email', Endpoint: 'me@example.com' }],
    ])
  })

  it('left out, nobody is told by mail', async () => {
    expect(ofType(await packagedTemplate(), 'AWS::SNS::Subscription')).toEqual([])
  })
})

describe('two stages', () => {
  it('lie beside each other', async () => {
    const NAMES = ['Name', 'FunctionName', 'QueueName', 'TopicName', 'RoleName', 'BucketName', 'LogGroupName']
    const namesOf = ({ Resources }: Template): string[] =>
      Object.values(Resources).flatMap(({ Properties = {} }) =>
        NAMES.flatMap((name) => Properties[name] ?? []).filter((name) => !name.endsWith('.Arn')),
      )
    const here = namesOf(await packagedTemplate())
    expect(namesOf(other).filter((name) => here.includes(name))).toEqual([])
    expect(here.length).toBeGreaterThan(60)
  })
})
