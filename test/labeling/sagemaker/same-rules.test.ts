import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { CreateBucketCommand, PutObjectCommand, S3Client } from '@aws-sdk/client-s3'
import {
  CreateLabelingJobCommand,
  type CreateLabelingJobCommandInput,
  SageMakerClient,
} from '@aws-sdk/client-sagemaker'
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals'
import { startLabelingService } from '../../../local/labeling-service/server.ts'
import { startS3Server } from '../../../local/s3/server.ts'
import type { CompleteJobRequest } from '../../../shared/contracts/labeling-job-request.ts'
import { withDefaults } from '../../../shared/labeling/job-options.ts'
import { checkedLines, emptyTally } from '../../../shared/labeling/jobs/input-lines.ts'
import { toLineLimits } from '../../../shared/labeling/jobs/line-limits.ts'
import { findJobIssues } from '../../../shared/labeling/jobs/preflight.ts'
import { parseLines } from '../../../shared/labeling/jobs/source-lines.ts'
import { labelCategoriesFile } from '../../../shared/labeling/sagemaker/job-files.ts'
import { toJobRequest } from '../../../shared/labeling/sagemaker/job-request.ts'
import type { ServiceFacts } from '../../../shared/labeling/sagemaker/preflight.ts'
import { workerTemplate } from '../../../shared/labeling/sagemaker/worker-template.ts'
import { toCreateInput } from '../../../shared/platform/aws/sagemaker-jobs.ts'
import { CREDENTIALS } from '../../support/credentials.ts'
import { jobFor } from '../../support/fixtures/labeling-jobs.ts'
import { testConfig } from '../../support/world/ports.ts'

const config = testConfig()
const TEAM = 'arn:aws:sagemaker:us-east-1:123456789012:workteam/private-crowd/simulated-workers'
const PUBLIC = {
  workteamArn: 'arn:aws:sagemaker:us-east-1:394669845002:workteam/public-crowd/default',
  publicTaskPrice: { cents: 3, tenthFractionsOfACent: 6 },
  contentClassifiers: ['FreeOfPersonallyIdentifiableInformation'],
}
const LINE = '{"source-ref":"s3://work/data/b/images/a.jpg"}'

/** The parts of a job besides its request. */
interface Parts {
  readonly labels: readonly string[]
  readonly lines: readonly string[]
  readonly padding: number
}
const PARTS: Parts = { labels: ['Cat'], lines: [LINE], padding: 0 }

const toTeam = (workteamArn: string | undefined): ServiceFacts['team'] =>
  workteamArn === TEAM
    ? { workteamArn, name: 'simulated-workers', description: undefined, portalUrl: undefined }
    : undefined

async function* listed(lines: readonly string[]): AsyncGenerator<string> {
  yield* lines
}

const toTemplate = (request: CompleteJobRequest, { padding }: Parts): string =>
  workerTemplate('draw', withDefaults(request, ['Cat'], 'labels', config.labelingRoles), undefined) +
  ' '.repeat(padding)

/** Returns where preflight finds issues. */
async function preflight(request: CompleteJobRequest, parts: Parts, existingJob?: string): Promise<string[]> {
  const options = withDefaults(request, parts.labels, 'labels', config.labelingRoles)
  const tally = emptyTally()
  const { labelAttributeName } = options
  const limits = toLineLimits('sagemaker')
  const rules = { imagesIn: 's3://work/data/', labelAttributeName, continues: false, limits }
  for await (const _ of checkedLines(parseLines(listed(parts.lines)), rules, tally));
  const issues = findJobIssues(options, {
    job: 'job',
    service: {
      config,
      bucketRegion: 'us-east-1',
      team: toTeam(request.workteamArn),
      template: toTemplate(request, parts),
    },
    existingJob,
    batchIssue: undefined,
    continued: undefined,
    boxJob: undefined,
    labels: parts.labels,
    tally,
  })
  return issues.map(({ at }) => at)
}

let directory: string
let s3: S3Client
let sagemaker: SageMakerClient
const stops: (() => Promise<unknown>)[] = []
beforeAll(async () => {
  directory = await mkdtemp(join(tmpdir(), 'same-rules-'))
  const local = { region: 'us-east-1', credentials: CREDENTIALS }
  const store = await startS3Server({ directory, credentials: CREDENTIALS })
  const pace = { milliseconds: 60_000 }
  const labeling = await startLabelingService({
    s3: store.url,
    credentials: CREDENTIALS,
    s3Credentials: CREDENTIALS,
    directory: join(directory, 'jobs'),
    pace,
    maxJobs: 1000,
  })
  s3 = new S3Client({ ...local, endpoint: store.url, forcePathStyle: true })
  sagemaker = new SageMakerClient({ ...local, endpoint: labeling.url })
  stops.push(labeling.stop, store.stop)
  await s3.send(new CreateBucketCommand({ Bucket: config.bucket }))
})
afterAll(async () => {
  s3.destroy()
  sagemaker.destroy()
  for (const stop of stops) await stop()
  await rm(directory, { recursive: true })
})

let jobs = 0

/** Returns the request as the adapter sends it, with its files stored, without preflight. */
async function placedInput(request: CompleteJobRequest, parts: Parts): Promise<CreateLabelingJobCommandInput> {
  jobs += 1
  const job = `job-${jobs}`
  const options = withDefaults(request, ['Cat'], 'labels', config.labelingRoles)
  const folder = `data/b/manifests/${job}`
  const put = (name: string, Body: string) =>
    s3.send(new PutObjectCommand({ Bucket: config.bucket, Key: `${folder}/${name}`, Body: Buffer.from(Body) }))
  await put('input.manifest', parts.lines.map((line) => `${line}\n`).join(''))
  await put('label-categories.json', labelCategoriesFile(parts.labels))
  await put('template.liquid.html', toTemplate(request, parts))
  return toCreateInput(toJobRequest({ job, batch: 'b' }, { options, recipe: 'sha256-0' }, config))
}

/** Returns why the service refuses the job; an empty string when it accepts it. */
async function service(request: CompleteJobRequest, parts: Parts): Promise<string> {
  const input = await placedInput(request, parts)
  return await sagemaker.send(new CreateLabelingJobCommand(input)).then(
    () => '',
    (error: unknown) => (error instanceof Error ? `${error.name}: ${error.message}` : String(error)),
  )
}

const many = (count: number): string[] => Array.from({ length: count }, (_, at) => `class ${at}`)
const tags = (count: number) => Object.fromEntries(many(count).map((key) => [key, 'x']))
const lineWith = (fields: object): string =>
  JSON.stringify({ 'source-ref': 's3://work/data/b/images/a.jpg', ...fields })
const attributes = (count: number, length: number): object =>
  Object.fromEntries(many(count).map((key) => [key, 'x'.repeat(length)]))

/** One violation of each rule: where preflight reports it, and the member that the service names. */
const REFUSED: readonly (readonly [
  rule: string,
  changes: object,
  at: string,
  member: RegExp,
  parts?: Partial<Parts>,
])[] = [
  [
    'a label attribute has at least 1 character',
    { labelAttributeName: '' },
    'body.labelAttributeName',
    /labelAttributeName/i,
  ],
  [
    'a label attribute has at most 127 characters',
    { labelAttributeName: 'a'.repeat(128) },
    'body.labelAttributeName',
    /labelAttributeName/i,
  ],
  [
    'a label attribute has at most 127 characters with its hyphens',
    { labelAttributeName: `${'a-'.repeat(64)}a` },
    'body.labelAttributeName',
    /labelAttributeName/i,
  ],
  [
    'a label attribute has no underscore',
    { labelAttributeName: 'my_boxes' },
    'body.labelAttributeName',
    /labelAttributeName/i,
  ],
  [
    'a label attribute does not end in a hyphen',
    { labelAttributeName: 'boxes-' },
    'body.labelAttributeName',
    /labelAttributeName/i,
  ],
  [
    'a label attribute does not end in -metadata',
    { labelAttributeName: 'a-metadata' },
    'body.labelAttributeName',
    /labelAttributeName/i,
  ],
  [
    'a label attribute for boxes does not end in -ref',
    { labelAttributeName: 'a-ref' },
    'body.labelAttributeName',
    /labelAttributeName/i,
  ],
  [
    'a label attribute is not source-ref',
    { labelAttributeName: 'source-ref' },
    'body.labelAttributeName',
    /labelAttributeName/i,
  ],
  [
    'a label attribute is not source',
    { labelAttributeName: 'source' },
    'body.labelAttributeName',
    /labelAttributeName/i,
  ],
  ['a title is not empty', { taskTitle: '' }, 'body.taskTitle', /taskTitle/],
  ['a title has at most 128 characters', { taskTitle: 'a'.repeat(129) }, 'body.taskTitle', /taskTitle/],
  ['a title has no emoji', { taskTitle: 'Cats \u{1F408}' }, 'body.taskTitle', /taskTitle/],
  ['a title has no control character', { taskTitle: 'a\u0007' }, 'body.taskTitle', /taskTitle/],
  ['a description is not empty', { taskDescription: '' }, 'body.taskDescription', /taskDescription/],
  [
    'a description has at most 255 characters',
    { taskDescription: 'a'.repeat(256) },
    'body.taskDescription',
    /taskDescription/,
  ],
  ['a description is one line', { taskDescription: 'a\nb' }, 'body.taskDescription', /taskDescription/],
  ['there is at least one keyword', { taskKeywords: [] }, 'body.taskKeywords', /taskKeywords/],
  [
    'there are at most five keywords',
    { taskKeywords: ['a', 'b', 'c', 'd', 'e', 'f'] },
    'body.taskKeywords',
    /taskKeywords/,
  ],
  ['a keyword has at most 30 characters', { taskKeywords: ['a'.repeat(31)] }, 'body.taskKeywords[0]', /taskKeywords/],
  ['a keyword has single spaces', { taskKeywords: ['ok', 'two  spaces'] }, 'body.taskKeywords[1]', /taskKeywords/],
  ['a keyword is ASCII', { taskKeywords: ['käfer'] }, 'body.taskKeywords[0]', /taskKeywords/],
  [
    'at least one worker labels an object',
    { workersPerObject: 0 },
    'body.workersPerObject',
    /numberOfHumanWorkersPerDataObject/,
  ],
  [
    'at most nine workers label an object',
    { workersPerObject: 10 },
    'body.workersPerObject',
    /numberOfHumanWorkersPerDataObject/,
  ],
  [
    'a task may take at least 30 seconds',
    { taskTimeLimitSeconds: 29 },
    'body.taskTimeLimitSeconds',
    /taskTimeLimitInSeconds/i,
  ],
  [
    'a task may take at most 8 hours',
    { taskTimeLimitSeconds: 28_801 },
    'body.taskTimeLimitSeconds',
    /taskTimeLimitInSeconds/i,
  ],
  [
    'a task is available for at least 60 seconds',
    { taskAvailabilitySeconds: 59 },
    'body.taskAvailabilitySeconds',
    /taskAvailabilityLifetimeInSeconds/i,
  ],
  [
    'a task is available for at most 30 days',
    { taskAvailabilitySeconds: 2_592_001 },
    'body.taskAvailabilitySeconds',
    /taskAvailabilityLifetimeInSeconds/i,
  ],
  [
    'a public task is available for at most 12 hours',
    { ...PUBLIC, taskAvailabilitySeconds: 43_201 },
    'body.taskAvailabilitySeconds',
    /taskAvailabilityLifetimeInSeconds/i,
  ],
  ['at least one task is concurrent', { maxConcurrentTasks: 0 }, 'body.maxConcurrentTasks', /maxConcurrentTaskCount/],
  [
    'at most 5,000 tasks are concurrent',
    { maxConcurrentTasks: 5001 },
    'body.maxConcurrentTasks',
    /maxConcurrentTaskCount/,
  ],
  [
    'a job stops after at least one object',
    { stoppingConditions: { maxHumanLabeledObjects: 0 } },
    'body.stoppingConditions.maxHumanLabeledObjects',
    /maxHumanLabeledObjectCount/,
  ],
  [
    'a job stops after at least 1 percent',
    { stoppingConditions: { maxPercentageLabeled: 0 } },
    'body.stoppingConditions.maxPercentageLabeled',
    /maxPercentageOfInputDatasetLabeled/,
  ],
  [
    'a job stops after at most 100 percent',
    { stoppingConditions: { maxPercentageLabeled: 101 } },
    'body.stoppingConditions.maxPercentageLabeled',
    /maxPercentageOfInputDatasetLabeled/,
  ],
  [
    'public workers are paid',
    { ...PUBLIC, publicTaskPrice: undefined },
    'body.publicTaskPrice',
    /publicWorkforceTaskPrice/i,
  ],
  [
    'only public workers are paid',
    { publicTaskPrice: PUBLIC.publicTaskPrice },
    'body.publicTaskPrice',
    /publicWorkforceTaskPrice/i,
  ],
  [
    'a price is on the list of the service',
    { ...PUBLIC, publicTaskPrice: { cents: 5 } },
    'body.publicTaskPrice',
    /publicWorkforceTaskPrice|amountInUsd/i,
  ],
  [
    'a price has at most two dollars',
    { ...PUBLIC, publicTaskPrice: { dollars: 3 } },
    'body.publicTaskPrice.dollars',
    /dollars/,
  ],
  [
    'a price has at most 99 cents',
    { ...PUBLIC, publicTaskPrice: { cents: 100 } },
    'body.publicTaskPrice.cents',
    /cents/,
  ],
  [
    'a price has at most 9 tenths of a cent',
    { ...PUBLIC, publicTaskPrice: { tenthFractionsOfACent: 10 } },
    'body.publicTaskPrice.tenthFractionsOfACent',
    /tenthFractionsOfACent/,
  ],
  [
    'content classifiers are those of the service',
    { contentClassifiers: ['Harmless'] },
    'body.contentClassifiers[0]',
    /contentClassifiers/,
  ],
  [
    'content for public workers is free of personal data',
    { ...PUBLIC, contentClassifiers: ['FreeOfAdultContent'] },
    'body.contentClassifiers',
    /contentClassifiers/i,
  ],
  ['a work team is given by its ARN', { workteamArn: 'our-team' }, 'body.workteamArn', /workteamArn/],
  [
    'the ARN of a work team has at most 256 characters',
    { workteamArn: TEAM + 'a'.repeat(256) },
    'body.workteamArn',
    /workteamArn/,
  ],
  [
    'a work team is in this region',
    { workteamArn: TEAM.replace('us-east-1', 'us-west-2') },
    'body.workteamArn',
    /workteamArn/i,
  ],
  [
    'a work team is of this account',
    { workteamArn: TEAM.replace('123456789012', '210987654321') },
    'body.workteamArn',
    /workteamArn/i,
  ],
  ['a work team exists', { workteamArn: `${TEAM}-gone` }, 'body.workteamArn', /workteamArn/i],
  ['a role is given by its ARN', { roleArn: 'groundwork-labeling-role' }, 'body.roleArn', /roleArn/],
  ['a role is of this account', { roleArn: 'arn:aws:iam::210987654321:role/labeling' }, 'body.roleArn', /roleArn/i],
  ['there are at most 50 tags', { tags: tags(49) }, 'body.tags', /tags/],
  [
    'the name of a tag has at most 128 characters',
    { tags: { ['k'.repeat(129)]: 'x' } },
    `body.tags.${'k'.repeat(128)}`,
    /tags/,
  ],
  ['the name of a tag has only allowed characters', { tags: { 'a*b': 'x' } }, 'body.tags.a*b', /tags/],
  ['a tag has at most 256 characters', { tags: { a: 'x'.repeat(257) } }, 'body.tags.a', /tags/],
  ['a tag has only allowed characters', { tags: { a: 'x#y' } }, 'body.tags.a', /tags/],
  ['there are at most 50 labels', {}, 'body.batch', /label/i, { labels: many(51) }],
  ['labels are unique', {}, 'body.batch', /label/i, { labels: ['Cat', 'Cat'] }],
  ['a label has at most 256 characters', {}, 'body.batch', /label/i, { labels: ['c'.repeat(257)] }],
  ['a page has at most 128,000 characters', {}, 'body.instructions', /template/i, { padding: 128_000 }],
  ['a manifest has at least one line', {}, 'body.batch', /manifest/i, { lines: [] }],
  ['a manifest has at most 100,000 lines', {}, 'body.batch', /manifest/i, { lines: Array(100_001).fill(LINE) }],
  ['a line is JSON', {}, 'manifest line 2', /manifest/i, { lines: [LINE, '{"source-ref":'] }],
  ['a line is an object', {}, 'manifest line 1', /manifest/i, { lines: ['["s3://work/a.jpg"]'] }],
  ['a line names its image', {}, 'manifest line 1', /manifest/i, { lines: ['{"source":"a text"}'] }],
  [
    'a line has at most 100,000 characters',
    {},
    'manifest line 1',
    /manifest/i,
    { lines: [lineWith(attributes(6, 19_000))] },
  ],
  [
    'an attribute has at most 20,000 characters',
    {},
    'manifest line 1',
    /manifest/i,
    { lines: [lineWith({ a: 'x'.repeat(20_000) })] },
  ],
  ['no key begins with a dollar sign', {}, 'manifest line 1', /manifest/i, { lines: [lineWith({ $a: 1 })] }],
]

/** Requests at the limits. */
const TAKEN: readonly (readonly [what: string, changes: object, parts?: Partial<Parts>])[] = [
  ['only a batch and a work team', {}],
  [
    'the longest texts',
    { labelAttributeName: 'a'.repeat(127), taskTitle: '\uFFFD'.repeat(128), taskDescription: 'é'.repeat(255) },
  ],
  ['the longest label attribute with hyphens', { labelAttributeName: `${'a-'.repeat(63)}a` }],
  ['a title of several lines', { taskTitle: 'a\tb\nc' }],
  ['the most keywords', { taskKeywords: ['a', 'b c', 'd'.repeat(30), '1', 'Z9'] }],
  [
    'the minimum of everything',
    { workersPerObject: 1, taskTimeLimitSeconds: 30, taskAvailabilitySeconds: 60, maxConcurrentTasks: 1 },
  ],
  [
    'the maximum of everything',
    { workersPerObject: 9, taskTimeLimitSeconds: 28_800, taskAvailabilitySeconds: 2_592_000, maxConcurrentTasks: 5000 },
  ],
  ['the lowest stopping conditions', { stoppingConditions: { maxHumanLabeledObjects: 1, maxPercentageLabeled: 1 } }],
  ['the highest stopping condition', { stoppingConditions: { maxPercentageLabeled: 100 } }],
  ['the public team', { ...PUBLIC, taskAvailabilitySeconds: 43_200 }],
  ['the highest price', { ...PUBLIC, publicTaskPrice: { dollars: 1, cents: 20 } }],
  [
    'the most and longest tags',
    { tags: { ...tags(46), ['k'.repeat(128)]: 'ä'.repeat(256), 'a.b:c/d=e+f-g@h_i j': '' } },
  ],
  ['50 labels', {}, { labels: many(50) }],
  ['the longest label', {}, { labels: ['c'.repeat(256)] }],
  ['a large attribute', {}, { lines: [lineWith({ a: 'x'.repeat(19_998) })] }],
  ['a long line', {}, { lines: [lineWith(attributes(5, 19_900))] }],
  ['100,000 lines', {}, { lines: Array(100_000).fill(LINE) }],
]

const requestFor = (changes: object): CompleteJobRequest => {
  const all = { workteamArn: TEAM, ...changes }
  return jobFor(Object.fromEntries(Object.entries(all).filter(([, value]) => value !== undefined)))
}

describe('a request that breaks one rule', () => {
  it.each(REFUSED)('is refused by preflight: %s', async (_, changes, at, __, parts = {}) => {
    expect(await preflight(requestFor(changes), { ...PARTS, ...parts })).toEqual([at])
  })

  it.each(REFUSED)('is refused by the service: %s', async (_, changes, __, member, parts = {}) => {
    const refusal = await service(requestFor(changes), { ...PARTS, ...parts })
    expect(refusal).toMatch(/^ValidationException: /)
    expect(refusal).toMatch(member)
  })

  it('is refused by preflight and by the service: a name in another case', async () => {
    expect(await preflight(requestFor({}), PARTS, 'JOB')).toEqual(['path.job'])
    const input = await placedInput(requestFor({}), PARTS)
    await sagemaker.send(new CreateLabelingJobCommand(input))
    const again = { ...input, LabelingJobName: input.LabelingJobName?.toUpperCase() }
    await expect(sagemaker.send(new CreateLabelingJobCommand(again))).rejects.toMatchObject({ name: 'ResourceInUse' })
  })
})

describe('a request at the limits of the rules', () => {
  it.each(TAKEN)('passes preflight and is accepted by the service: %s', async (_, changes, parts = {}) => {
    const whole = { ...PARTS, ...parts }
    expect(await preflight(requestFor(changes), whole)).toEqual([])
    expect(await service(requestFor(changes), whole)).toBe('')
  })
})
