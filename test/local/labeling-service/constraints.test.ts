import type { CreateLabelingJobRequest } from '@aws-sdk/client-sagemaker'
import { describe, expect, it } from '@jest/globals'
import { describeError, labelingForEachTest, labelingForSuite, STANDSTILL } from './running-server.ts'
import { type Changes, placeJobFiles, validRequest } from './valid-request.ts'

const task = (changes: NonNullable<Changes['HumanTaskConfig']>): Changes => ({ HumanTaskConfig: changes })
const tags = (count: number, Key = 'k', Value = 'v') => ({
  Tags: Array.from({ length: count }, () => ({ Key, Value })),
})
const least = (value: number, what = 'length') => `Member must have ${what} greater than or equal to ${value}`
const most = (value: number, what = 'length') => `Member must have ${what} less than or equal to ${value}`
const pattern = 'Member must satisfy regular expression pattern: '

describe('the limits of the API model', () => {
  const labeling = labelingForEachTest(STANDSTILL)
  it('accept the lower limits', async () => {
    await placeJobFiles(labeling.store.s3)
    await labeling.create({
      LabelingJobName: 'a',
      LabelAttributeName: 'b',
      StoppingConditions: { MaxHumanLabeledObjectCount: 1, MaxPercentageOfInputDatasetLabeled: 1 },
      ...tags(1, 'k', ''),
      ...task({
        TaskTitle: 'a',
        TaskDescription: 'a',
        TaskKeywords: ['a'],
        NumberOfHumanWorkersPerDataObject: 1,
        TaskTimeLimitInSeconds: 30,
        TaskAvailabilityLifetimeInSeconds: 60,
        MaxConcurrentTaskCount: 1,
      }),
    })
    expect((await labeling.describe('a')).HumanTaskConfig?.TaskKeywords).toEqual(['a'])
  })

  it('accept the upper limits', async () => {
    await placeJobFiles(labeling.store.s3)
    const LabelingJobName = 'a'.repeat(63)
    await labeling.create({
      LabelingJobName,
      LabelAttributeName: 'b'.repeat(127),
      StoppingConditions: { MaxPercentageOfInputDatasetLabeled: 100 },
      ...tags(50, 'k'.repeat(128), 'ü /_+=@'.padEnd(256, '-')),
      ...task({
        TaskTitle: 'é'.repeat(128),
        TaskDescription: 'a'.repeat(255),
        TaskKeywords: ['a', 'b c', 'c', 'd', 'e'.repeat(30)],
        NumberOfHumanWorkersPerDataObject: 9,
        TaskTimeLimitInSeconds: 28_800,
        TaskAvailabilityLifetimeInSeconds: 2_592_000,
        MaxConcurrentTaskCount: 5000,
      }),
    })
    expect((await labeling.describe(LabelingJobName)).Tags).toHaveLength(50)
  })
})

describe('the API model', () => {
  const labeling = labelingForSuite()
  const price = (AmountInUsd: object) => task({ PublicWorkforceTaskPrice: { AmountInUsd } })
  const usd = 'humanTaskConfig.publicWorkforceTaskPrice.amountInUsd'
  it.each<[string, Changes, string, string]>([
    ['a name too long', { LabelingJobName: 'a'.repeat(64) }, 'labelingJobName', most(63)],
    ['no name', { LabelingJobName: undefined }, 'labelingJobName', 'Member must not be null'],
    ['a name with _', { LabelingJobName: 'a_b' }, 'labelingJobName', `${pattern}[a-zA-Z0-9](-*[a-zA-Z0-9]){0,62}`],
    ['a name with a last -', { LabelingJobName: 'a-' }, 'labelingJobName', pattern],
    ['a name with a line break', { LabelingJobName: 'a\n' }, 'labelingJobName', pattern],
    ['an attribute too long', { LabelAttributeName: 'a'.repeat(128) }, 'labelAttributeName', most(127)],
    ['an attribute with _', { LabelAttributeName: 'my_boxes' }, 'labelAttributeName', pattern],
    ['an empty attribute', { LabelAttributeName: '' }, 'labelAttributeName', least(1)],
    ['no input', { InputConfig: undefined }, 'inputConfig', 'Member must not be null'],
    ['no output', { OutputConfig: undefined }, 'outputConfig', 'Member must not be null'],
    [
      'no address',
      { OutputConfig: { S3OutputPath: 'photos/a' } },
      'outputConfig.s3OutputPath',
      `${pattern}(https|s3)://`,
    ],
    [
      'a long address',
      { LabelCategoryConfigS3Uri: `s3://a/${'b'.repeat(1018)}` },
      'labelCategoryConfigS3Uri',
      most(1024),
    ],
    [
      'a key that is none',
      { OutputConfig: { S3OutputPath: 's3://photos/a', KmsKeyId: 'a key' } },
      'outputConfig.kmsKeyId',
      pattern,
    ],
    ['no role', { RoleArn: undefined }, 'roleArn', 'Member must not be null'],
    ['a role of another form', { RoleArn: 'arn:aws:iam::12345:role/labeling' }, 'roleArn', pattern],
    ['a role too short', { RoleArn: 'arn:aws' }, 'roleArn', least(20)],
    [
      'no objects',
      { StoppingConditions: { MaxHumanLabeledObjectCount: 0 } },
      'stoppingConditions.maxHumanLabeledObjectCount',
      least(1, 'value'),
    ],
    [
      'more than all',
      { StoppingConditions: { MaxPercentageOfInputDatasetLabeled: 101 } },
      'stoppingConditions.maxPercentageOfInputDatasetLabeled',
      most(100, 'value'),
    ],
    ['51 tags', tags(51), 'tags', most(50)],
    ['a tag without a name', tags(1, ''), 'tags.1.member.key', least(1)],
    ['a tag with a long value', tags(2, 'k', 'v'.repeat(257)), 'tags.2.member.value', most(256)],
    ['a tag with another character', tags(1, 'k', '!'), 'tags.1.member.value', pattern],
    ['no work team', task({ WorkteamArn: undefined }), 'humanTaskConfig.workteamArn', 'Member must not be null'],
    ['no ARN of a team', task({ WorkteamArn: 'team' }), 'humanTaskConfig.workteamArn', pattern],
    ['no page', task({ UiConfig: undefined }), 'humanTaskConfig.uiConfig', 'Member must not be null'],
    ['no title', task({ TaskTitle: '' }), 'humanTaskConfig.taskTitle', least(1)],
    ['a long title', task({ TaskTitle: 'a'.repeat(129) }), 'humanTaskConfig.taskTitle', most(128)],
    ['an emoji in the title', task({ TaskTitle: 'Cats 🐈' }), 'humanTaskConfig.taskTitle', pattern],
    ['a long description', task({ TaskDescription: 'a'.repeat(256) }), 'humanTaskConfig.taskDescription', most(255)],
    ['two lines of description', task({ TaskDescription: 'a\nb' }), 'humanTaskConfig.taskDescription', `${pattern}.+`],
    ['no keywords', task({ TaskKeywords: [] }), 'humanTaskConfig.taskKeywords', least(1)],
    ['six keywords', task({ TaskKeywords: [...'abcdef'] }), 'humanTaskConfig.taskKeywords', most(5)],
    ['a long keyword', task({ TaskKeywords: ['a', 'b'.repeat(31)] }), 'humanTaskConfig.taskKeywords', most(30)],
    ['two spaces', task({ TaskKeywords: ['a  b'] }), 'humanTaskConfig.taskKeywords', pattern],
    [
      'no workers',
      task({ NumberOfHumanWorkersPerDataObject: 0 }),
      'humanTaskConfig.numberOfHumanWorkersPerDataObject',
      least(1, 'value'),
    ],
    [
      'ten workers',
      task({ NumberOfHumanWorkersPerDataObject: 10 }),
      'humanTaskConfig.numberOfHumanWorkersPerDataObject',
      most(9, 'value'),
    ],
    ['29 seconds', task({ TaskTimeLimitInSeconds: 29 }), 'humanTaskConfig.taskTimeLimitInSeconds', least(30, 'value')],
    [
      '59 seconds',
      task({ TaskAvailabilityLifetimeInSeconds: 59 }),
      'humanTaskConfig.taskAvailabilityLifetimeInSeconds',
      least(60, 'value'),
    ],
    ['a set of none', task({ MaxConcurrentTaskCount: 0 }), 'humanTaskConfig.maxConcurrentTaskCount', least(1, 'value')],
    [
      'a set of 5001',
      task({ MaxConcurrentTaskCount: 5001 }),
      'humanTaskConfig.maxConcurrentTaskCount',
      most(5000, 'value'),
    ],
    ['three dollars', price({ Dollars: 3 }), `${usd}.dollars`, most(2, 'value')],
    ['100 cents', price({ Cents: 100 }), `${usd}.cents`, most(99, 'value')],
    ['ten tenths', price({ TenthFractionsOfACent: 10 }), `${usd}.tenthFractionsOfACent`, most(9, 'value')],
    [
      'no function',
      task({ PreHumanTaskLambdaArn: 'PRE-BoundingBox' }),
      'humanTaskConfig.preHumanTaskLambdaArn',
      pattern,
    ],
  ])('rejects %s', async (_what, changes, member, constraint) => {
    const message = await describeError(labeling.create(changes))
    expect(message).toMatch(/^ValidationException: \d validation errors? detected: Value /)
    expect(message).toContain(`at '${member}' failed to satisfy constraint: `)
    expect(message).toContain(constraint)
  })

  it('rejects an unknown content classifier', async () => {
    const { DataSource } = validRequest().InputConfig ?? {}
    // TypeScript rejects this value too.
    const ContentClassifiers = ['FreeOfCats'] as never
    const InputConfig = { DataSource, DataAttributes: { ContentClassifiers } }
    expect(await describeError(labeling.create({ InputConfig }))).toBe(
      "ValidationException: 1 validation error detected: Value '[FreeOfCats]' at 'inputConfig.dataAttributes.contentClassifiers' failed to satisfy constraint: Member must satisfy constraint: [Member must satisfy enum value set: [FreeOfPersonallyIdentifiableInformation, FreeOfAdultContent]]",
    )
  })

  it('reports all violations at once, with their values', async () => {
    const changes: Changes = { LabelingJobName: '-', ...task({ TaskTitle: '', NumberOfHumanWorkersPerDataObject: 99 }) }
    expect(await describeError(labeling.create(changes))).toBe(
      "ValidationException: 3 validation errors detected: Value '-' at 'labelingJobName' failed to satisfy constraint: Member must satisfy regular expression pattern: [a-zA-Z0-9](-*[a-zA-Z0-9]){0,62}; Value '' at 'humanTaskConfig.taskTitle' failed to satisfy constraint: Member must have length greater than or equal to 1; Value '99' at 'humanTaskConfig.numberOfHumanWorkersPerDataObject' failed to satisfy constraint: Member must have value less than or equal to 9",
    )
  })

  it('requires all mandatory members', async () => {
    const nothing: { [Member in keyof CreateLabelingJobRequest]?: undefined } = {
      LabelingJobName: undefined,
      LabelAttributeName: undefined,
      InputConfig: undefined,
      OutputConfig: undefined,
      RoleArn: undefined,
    }
    const message = await describeError(
      labeling.create({ ...nothing, HumanTaskConfig: { TaskTitle: undefined } } as Changes),
    )
    expect(message).toContain('6 validation errors detected')
    expect(message.match(/Value null at '[\w.]+' failed to satisfy constraint: Member must not be null/g)).toHaveLength(
      6,
    )
  })
})
