import { SageMakerClient } from '@aws-sdk/client-sagemaker'
import { afterEach, describe, expect, it } from '@jest/globals'
import type { JobRequest } from '../../../shared/contracts/labeler.ts'
import { sagemakerLabeler } from '../../../shared/platform/aws/sagemaker-labeler.ts'
import { sagemakerWorkteams } from '../../../shared/platform/aws/sagemaker-workteams.ts'
import { startTestServer, type TestServer } from '../../support/http/test-server.ts'

const REQUEST: JobRequest = {
  job: 'job',
  labelAttributeName: 'labels',
  inputManifestUri: 's3://work/a.manifest',
  outputUri: 's3://work/b',
  labelCategoriesUri: 's3://work/labels.json',
  templateUri: 's3://work/template.html',
  roleArn: 'arn:aws:iam::123456789012:role/labeling',
  workteamArn: 'arn:aws:sagemaker:us-east-1:123456789012:workteam/private-crowd/us',
  preHumanTaskLambdaArn: 'arn:aws:lambda:us-east-1:432418664414:function:PRE-BoundingBox',
  consolidationLambdaArn: 'arn:aws:lambda:us-east-1:432418664414:function:ACS-BoundingBox',
  taskTitle: 'Draw',
  taskDescription: 'Draw',
  workersPerObject: 1,
  taskTimeLimitSeconds: 300,
  tags: {},
}

let server: TestServer | undefined
let client: SageMakerClient | undefined
afterEach(async () => {
  client?.destroy()
  await server?.stop()
})

/** A service that answers everything the same, and what it was sent. */
async function serviceThatAnswers(status: number, body: object) {
  const bodies: string[] = []
  server = await startTestServer(async (request, response) => {
    bodies.push(Buffer.concat(await request.toArray()).toString())
    response.writeHead(status, { 'content-type': 'application/x-amz-json-1.1' }).end(JSON.stringify(body))
  })
  const credentials = { accessKeyId: 'test', secretAccessKey: 'test' }
  client = new SageMakerClient({ endpoint: server.url, region: 'us-east-1', credentials, maxAttempts: 1 })
  return { labeler: sagemakerLabeler(client), workteams: sagemakerWorkteams(client), bodies }
}

const failure = (name: string, message: string) => ({ __type: name, message, Message: message })

describe('the adapter of SageMaker Ground Truth', () => {
  it.each(['ValidationException', 'AccessDeniedException'])(
    'returns the message of the service when it refuses a job with %s',
    async (name) => {
      const { labeler } = await serviceThatAnswers(400, failure(name, 'not allowed to pass the role'))
      expect(await labeler.create(REQUEST)).toEqual({ refused: 'not allowed to pass the role' })
    },
  )

  it.each([
    ['ResourceLimitExceeded', 'quota-reached', /20 jobs/],
    ['ThrottlingException', 'upstream-failed', /Creating the labeling job "job"/],
    ['InternalFailure', 'upstream-failed', /InternalFailure/],
  ])('converts %s to the error %s', async (name, code, message) => {
    const { labeler } = await serviceThatAnswers(400, failure(name, 'no more than 20 jobs'))
    await expect(labeler.create(REQUEST)).rejects.toMatchObject({ code, message: expect.stringMatching(message) })
  })

  it('names the missing permission when a request is denied', async () => {
    const { labeler } = await serviceThatAnswers(400, failure('AccessDeniedException', 'no'))
    await expect(labeler.describe('job')).rejects.toMatchObject({
      code: 'upstream-failed',
      message: expect.stringContaining('permission'),
    })
  })

  it('sends no parameter that the request does not have', async () => {
    const { labeler, bodies } = await serviceThatAnswers(200, { LabelingJobArn: 'arn' })
    expect(await labeler.create(REQUEST)).toEqual({ arn: 'arn' })
    expect(JSON.parse(bodies[0] ?? '')).toEqual({
      LabelingJobName: 'job',
      LabelAttributeName: 'labels',
      InputConfig: { DataSource: { S3DataSource: { ManifestS3Uri: 's3://work/a.manifest' } } },
      OutputConfig: { S3OutputPath: 's3://work/b' },
      RoleArn: REQUEST.roleArn,
      LabelCategoryConfigS3Uri: 's3://work/labels.json',
      HumanTaskConfig: {
        WorkteamArn: REQUEST.workteamArn,
        UiConfig: { UiTemplateS3Uri: 's3://work/template.html' },
        PreHumanTaskLambdaArn: REQUEST.preHumanTaskLambdaArn,
        AnnotationConsolidationConfig: { AnnotationConsolidationLambdaArn: REQUEST.consolidationLambdaArn },
        TaskTitle: 'Draw',
        TaskDescription: 'Draw',
        NumberOfHumanWorkersPerDataObject: 1,
        TaskTimeLimitInSeconds: 300,
      },
      Tags: [],
    })
  })

  it('sends every parameter of the request', async () => {
    const { labeler, bodies } = await serviceThatAnswers(200, { LabelingJobArn: 'arn' })
    await labeler.create({
      ...REQUEST,
      taskKeywords: ['cats', 'dogs'],
      taskAvailabilitySeconds: 3600,
      maxConcurrentTasks: 10,
      stoppingConditions: { maxHumanLabeledObjects: 5, maxPercentageLabeled: 50 },
      publicTaskPrice: { dollars: 0, cents: 3, tenthFractionsOfACent: 6 },
      contentClassifiers: ['FreeOfAdultContent'],
      tags: { a: 'b' },
    })
    expect(JSON.parse(bodies[0] ?? '')).toMatchObject({
      InputConfig: { DataAttributes: { ContentClassifiers: ['FreeOfAdultContent'] } },
      StoppingConditions: { MaxHumanLabeledObjectCount: 5, MaxPercentageOfInputDatasetLabeled: 50 },
      HumanTaskConfig: {
        TaskKeywords: ['cats', 'dogs'],
        TaskAvailabilityLifetimeInSeconds: 3600,
        MaxConcurrentTaskCount: 10,
        PublicWorkforceTaskPrice: { AmountInUsd: { Dollars: 0, Cents: 3, TenthFractionsOfACent: 6 } },
      },
      Tags: [{ Key: 'a', Value: 'b' }],
    })
  })

  it.each([
    ['ValidationException', 'over'],
    ['ResourceNotFound', 'missing'],
  ])('converts the error %s of stopping a job to %s', async (name, answer) => {
    const { labeler, workteams } = await serviceThatAnswers(400, failure(name, 'no'))
    expect(await labeler.stop('job')).toBe(answer)
    expect(await workteams.find('us')).toBeUndefined()
  })

  it('separates labels by people from automatic ones', async () => {
    const LabelCounters = {
      TotalLabeled: 6,
      HumanLabeled: 4,
      MachineLabeled: 2,
      FailedNonRetryableError: 1,
      Unlabeled: 3,
    }
    const { labeler } = await serviceThatAnswers(200, {
      LabelingJobSummaryList: [{ LabelingJobName: 'job', LabelingJobStatus: 'Stopped', LabelCounters }],
    })
    expect((await labeler.list({ limit: 1 })).jobs[0]?.counters).toEqual({
      labeled: 6,
      humanLabeled: 4,
      machineLabeled: 2,
      failed: 1,
      unlabeled: 3,
    })
  })

  it('fills in counters and times that the service leaves out', async () => {
    const { labeler } = await serviceThatAnswers(200, {
      LabelingJobName: 'job',
      LabelingJobStatus: 'InProgress',
      LabelCounters: { TotalLabeled: 3 },
      CreationTime: 1_700_000_000.5,
      LabelingJobOutput: { OutputDatasetS3Uri: '' },
      HumanTaskConfig: {},
    })
    expect(await labeler.describe('job')).toMatchObject({
      status: 'InProgress',
      counters: { labeled: 3, humanLabeled: 0, machineLabeled: 0, failed: 0, unlabeled: 0 },
      createdAt: '2023-11-14T22:13:20.500Z',
      updatedAt: '2023-11-14T22:13:20.500Z',
      outputManifestUri: undefined,
      workteamArn: '',
    })
  })

  it('throws on an unknown status', async () => {
    const { labeler } = await serviceThatAnswers(200, { LabelingJobName: 'job', LabelingJobStatus: 'Paused' })
    await expect(labeler.describe('job')).rejects.toThrow('"Paused"')
  })

  it.each([
    ['abc.labeling.us-east-1.sagemaker.aws', 'https://abc.labeling.us-east-1.sagemaker.aws'],
    ['https://abc.labeling.us-east-1.sagemaker.aws', 'https://abc.labeling.us-east-1.sagemaker.aws'],
    [undefined, undefined],
  ])('converts the subdomain %j to the portal URL %j', async (SubDomain, portalUrl) => {
    const Workteam = { WorkteamName: 'us', WorkteamArn: 'arn', SubDomain }
    const { workteams } = await serviceThatAnswers(200, { Workteam })
    expect(await workteams.find('us')).toMatchObject({ name: 'us', portalUrl })
  })
})
