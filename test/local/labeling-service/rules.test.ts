import { beforeAll, beforeEach, describe, expect, it } from '@jest/globals'
import { describeError, labelingForEachTest, labelingForSuite, STANDSTILL } from './running-server.ts'
import { type Changes, placeJobFiles, toFunctions, validRequest } from './valid-request.ts'

const task = (changes: NonNullable<Changes['HumanTaskConfig']>): Changes => ({ HumanTaskConfig: changes })
const { DataSource } = validRequest().InputConfig ?? {}
const manifestAt = (ManifestS3Uri: string): Changes => ({
  InputConfig: { DataSource: { S3DataSource: { ManifestS3Uri } } },
})
const team = (region: string, account: string, name: string) =>
  task({ WorkteamArn: `arn:aws:sagemaker:${region}:${account}:workteam/private-crowd/${name}` })
const toPreLambdaArn = (region: string, account: string, name = 'PRE-BoundingBox') =>
  task({ PreHumanTaskLambdaArn: `arn:aws:lambda:${region}:${account}:function:${name}` })

describe('the rules that are not in the API model', () => {
  const labeling = labelingForSuite()
  beforeAll(() => placeJobFiles(labeling.store.s3))
  it.each<[string, Changes, RegExp]>([
    ['an attribute that ends in -metadata', { LabelAttributeName: 'boxes-metadata' }, /LabelAttributeName: /],
    ['an attribute that ends in -ref', { LabelAttributeName: 'boxes-ref' }, /LabelAttributeName: /],
    ['the attribute source', { LabelAttributeName: 'source' }, /LabelAttributeName: /],
    ['the attribute source-ref', { LabelAttributeName: 'source-ref' }, /LabelAttributeName: /],
    ['a role of another account', { RoleArn: 'arn:aws:iam::999999999999:role/labeling' }, /RoleArn: .*123456789012/],
    ['a team that there is not', team('us-east-1', '123456789012', 'nobody'), /WorkteamArn: /],
    ['a team of another region', team('eu-west-1', '123456789012', 'simulated-workers'), /WorkteamArn: /],
    ['a team of another account', team('us-east-1', '999999999999', 'simulated-workers'), /WorkteamArn: /],
    ['a function of another region', toPreLambdaArn('eu-west-1', '568282634449'), /PreHumanTaskLambdaArn: /],
    ['a function of another account', toPreLambdaArn('us-east-1', '123456789012'), /PreHumanTaskLambdaArn: /],
    [
      'a function for another type',
      toPreLambdaArn('us-east-1', '432418664414', 'PRE-SemanticSegmentation'),
      /PRE-SemanticSegmentation/,
    ],
    [
      'a pair that is none',
      toPreLambdaArn('us-east-1', '432418664414', 'PRE-AdjustmentBoundingBox'),
      /PRE-AdjustmentBoundingBox.*ACS-BoundingBox/,
    ],
    ['no first function', task({ PreHumanTaskLambdaArn: undefined }), /PreHumanTaskLambdaArn: /],
    ['no second function', task({ AnnotationConsolidationConfig: undefined }), /AnnotationConsolidationLambdaArn: /],
    ['a price for a private team', task({ PublicWorkforceTaskPrice: {} }), /PublicWorkforceTaskPrice: /],
    ['a task of more than 8 hours', task({ TaskTimeLimitInSeconds: 28_801 }), /TaskTimeLimitInSeconds: .*28800.*28801/],
    [
      'tasks for more than 30 days',
      task({ TaskAvailabilityLifetimeInSeconds: 2_592_001 }),
      /TaskAvailabilityLifetimeInSeconds: .*2592000.*2592001/,
    ],
    [
      'a label file that is not there',
      { LabelCategoryConfigS3Uri: 's3://photos/none' },
      /LabelCategoryConfigS3Uri: .*NoSuchKey/,
    ],
    ['no label file', { LabelCategoryConfigS3Uri: undefined }, /LabelCategoryConfigS3Uri: /],
    ['a manifest that is not there', manifestAt('s3://photos/none'), /ManifestS3Uri: .*NoSuchKey/],
    ['a manifest in no bucket', manifestAt('s3://nowhere/job/input.manifest'), /ManifestS3Uri: .*NoSuchBucket/],
    [
      'a manifest by https',
      manifestAt('https://photos/job/input.manifest'),
      /ManifestS3Uri: .*"https:\/\/photos\/job\/input\.manifest"/,
    ],
    [
      'a page that is not there',
      task({ UiConfig: { UiTemplateS3Uri: 's3://photos/none' } }),
      /UiTemplateS3Uri: .*NoSuchKey/,
    ],
    ['no page', task({ UiConfig: {} }), /UiTemplateS3Uri: /],
    [
      'an output bucket that is not there',
      { OutputConfig: { S3OutputPath: 's3://nowhere/a' } },
      /S3OutputPath: .*nowhere/,
    ],
    ['no source of objects', { InputConfig: { DataSource: {} } }, /S3DataSource: /],
    [
      'streaming',
      { InputConfig: { DataSource: { SnsDataSource: { SnsTopicArn: 'arn:aws:sns:us-east-1:123456789012:a' } } } },
      /SnsDataSource: /,
    ],
    [
      'automated labeling',
      { LabelingJobAlgorithmsConfig: { LabelingJobAlgorithmSpecificationArn: 'arn:a' } },
      /LabelingJobAlgorithmsConfig: /,
    ],
  ])('rejects %s', async (_what, changes, message) => {
    const error = await describeError(labeling.create(changes))
    expect(error).toMatch(/^ValidationException: /)
    expect(error).toMatch(message)
  })
})

describe('the rules of a server', () => {
  const labeling = labelingForEachTest(STANDSTILL)
  beforeEach(() => placeJobFiles(labeling.store.s3))

  it('does not keep a rejected job', async () => {
    await describeError(labeling.create({ LabelAttributeName: 'boxes-ref' }))
    expect(await describeError(labeling.describe())).toMatch(/^ResourceNotFound/)
    await labeling.create()
  })

  it('applies the rules of its region and account', async () => {
    const place = { region: 'us-west-2', account: '999999999999' }
    const here: Changes = {
      RoleArn: 'arn:aws:iam::999999999999:role/labeling',
      HumanTaskConfig: {
        ...toPreLambdaArn('us-west-2', '081040173940').HumanTaskConfig,
        ...team('us-west-2', '999999999999', 'simulated-reviewers').HumanTaskConfig,
        AnnotationConsolidationConfig: {
          AnnotationConsolidationLambdaArn: 'arn:aws:lambda:us-west-2:081040173940:function:ACS-BoundingBox',
        },
      },
    }
    await labeling.start({ ...STANDSTILL, ...place })
    expect(await labeling.create(here)).toBe('arn:aws:sagemaker:us-west-2:999999999999:labeling-job/pets-1')
    await labeling.start({ ...STANDSTILL, region: 'eu-north-1' })
    const other = { LabelingJobName: 'other' }
    expect(await describeError(labeling.create(other))).toMatch(/PreHumanTaskLambdaArn: .*eu-north-1/)
  })
})

describe('the public workforce', () => {
  const labeling = labelingForEachTest(STANDSTILL)
  beforeEach(() => placeJobFiles(labeling.store.s3))
  const free = { ContentClassifiers: ['FreeOfPersonallyIdentifiableInformation' as const] }
  const crowd = (AmountInUsd: object | undefined, more: Changes = {}): Changes => ({
    InputConfig: { DataSource, DataAttributes: free },
    ...more,
    HumanTaskConfig: {
      WorkteamArn: 'arn:aws:sagemaker:us-east-1:394669845002:workteam/public-crowd/default',
      PublicWorkforceTaskPrice: { AmountInUsd },
      ...more.HumanTaskConfig,
    },
  })

  it('accepts the allowed prices and a lifetime of 12 hours', async () => {
    await labeling.create({ ...crowd({ Cents: 3, TenthFractionsOfACent: 6 }), LabelingJobName: 'least' })
    const most = crowd({ Dollars: 1, Cents: 20 }, task({ TaskAvailabilityLifetimeInSeconds: 43_200 }))
    await labeling.create({ ...most, LabelingJobName: 'most' })
    expect((await labeling.describe('most')).HumanTaskConfig?.PublicWorkforceTaskPrice).toEqual({
      AmountInUsd: { Dollars: 1, Cents: 20 },
    })
  })

  it.each<[string, Changes, RegExp]>([
    ['without a price', crowd(undefined), /PublicWorkforceTaskPrice: .*AmountInUsd/],
    ['for another price', crowd({ Cents: 3, TenthFractionsOfACent: 7 }), /PublicWorkforceTaskPrice: .*0\.037/],
    [
      'longer than 12 hours',
      crowd({ Cents: 12 }, task({ TaskAvailabilityLifetimeInSeconds: 43_201 })),
      /TaskAvailabilityLifetimeInSeconds: .*43200.*43201/,
    ],
    [
      'on what may show people',
      crowd({ Cents: 12 }, { InputConfig: { DataSource } }),
      /ContentClassifiers: .*FreeOfPersonallyIdentifiableInformation/,
    ],
  ])('rejects a job %s', async (_what, changes, message) => {
    expect(await describeError(labeling.create(changes))).toMatch(message)
  })
})

describe('the built-in functions', () => {
  const labeling = labelingForSuite()
  beforeAll(() => placeJobFiles(labeling.store.s3))
  it('accepts the functions of all three task types', async () => {
    for (const name of ['AdjustmentBoundingBox', 'VerificationBoundingBox'] as const)
      expect(await describeError(labeling.create(task(toFunctions(name))))).toMatch(
        /UiTemplateS3Uri: .*(initial-value|crowd-image)/,
      )
  })
})
