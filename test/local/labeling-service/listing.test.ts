import {
  DescribeWorkteamCommand,
  ListLabelingJobsCommand,
  type ListLabelingJobsRequest,
  ListWorkteamsCommand,
  type ListWorkteamsRequest,
  paginateListLabelingJobs,
  StopLabelingJobCommand,
} from '@aws-sdk/client-sagemaker'
import { beforeEach, describe, expect, it } from '@jest/globals'
import { describeError, labelingForEachTest, STANDSTILL } from './running-server.ts'
import { placeJobFiles, validRequest } from './valid-request.ts'

const labeling = labelingForEachTest(STANDSTILL)
const list = async (request: ListLabelingJobsRequest = {}) => {
  const { LabelingJobSummaryList = [], NextToken } = await labeling.client.send(new ListLabelingJobsCommand(request))
  return { names: LabelingJobSummaryList.map((job) => job.LabelingJobName), NextToken }
}

describe('ListLabelingJobs', () => {
  beforeEach(async () => {
    await placeJobFiles(labeling.store.s3)
    for (const LabelingJobName of ['cats', 'Birds', 'ants', 'big-cats']) await labeling.create({ LabelingJobName })
    await labeling.client.send(new StopLabelingJobCommand({ LabelingJobName: 'ants' }))
  })

  it.each<[ListLabelingJobsRequest, string[]]>([
    [{}, ['cats', 'Birds', 'ants', 'big-cats']],
    [{ SortOrder: 'Descending' }, ['big-cats', 'ants', 'Birds', 'cats']],
    [{ SortBy: 'Name' }, ['ants', 'big-cats', 'Birds', 'cats']],
    [{ SortBy: 'Status' }, ['big-cats', 'Birds', 'cats', 'ants']],
    [{ NameContains: 'CAT' }, ['cats', 'big-cats']],
    [{ StatusEquals: 'Stopping' }, ['ants']],
    [{ StatusEquals: 'Completed' }, []],
    [{ CreationTimeAfter: new Date(Date.now() + 3_600_000) }, []],
    [{ LastModifiedTimeBefore: new Date(0) }, []],
    [{ CreationTimeAfter: new Date(0), LastModifiedTimeAfter: new Date(0), NameContains: 'ants' }, ['ants']],
  ])('%j', async (request, names) => {
    expect((await list(request)).names).toEqual(names)
  })

  it('excludes jobs that were created exactly at a bound', async () => {
    const { CreationTime } = await labeling.describe('cats')
    expect((await list({ CreationTimeBefore: CreationTime })).names).toEqual([])
    expect((await list({ CreationTimeAfter: CreationTime })).names).not.toContain('cats')
  })

  it('returns stable pages while jobs are created', async () => {
    const first = await list({ MaxResults: 3, SortBy: 'Name' })
    await labeling.create({ LabelingJobName: 'aaa' })
    const second = await list({ MaxResults: 3, SortBy: 'Name', NextToken: first.NextToken })
    expect([...first.names, ...second.names]).toEqual(['ants', 'big-cats', 'Birds', 'cats'])
    expect(second.NextToken).toBeUndefined()
  })

  it('supports the paginator of the SDK', async () => {
    const names: unknown[] = []
    for await (const page of paginateListLabelingJobs({ client: labeling.client, pageSize: 1 }, {}))
      for (const job of page.LabelingJobSummaryList ?? []) names.push(job.LabelingJobName)
    expect(names).toEqual(['cats', 'Birds', 'ants', 'big-cats'])
  })

  it('rejects an invalid token and one of another order', async () => {
    const { NextToken } = await list({ MaxResults: 1, SortBy: 'Name' })
    for (const request of [{ NextToken: 'none' }, { NextToken, SortBy: 'Status' as const }])
      expect(await describeError(list(request))).toMatch(/^ValidationException: NextToken: /)
  })

  it.each<[ListLabelingJobsRequest, RegExp]>([
    [{ MaxResults: 0 }, /'maxResults' failed to satisfy constraint: Member must have value greater/],
    [{ MaxResults: 101 }, /'maxResults' failed to satisfy constraint: Member must have value less/],
    [{ NameContains: 'a_b' }, /'nameContains' failed/],
    [{ NameContains: 'a'.repeat(64) }, /'nameContains' failed/],
    [{ NextToken: 'a'.repeat(8193) }, /'nextToken' failed/],
  ])('rejects %j', async (request, message) => {
    expect(await describeError(list(request))).toMatch(message)
  })

  it('returns the summary of each job', async () => {
    const { LabelingJobSummaryList } = await labeling.client.send(new ListLabelingJobsCommand({ NameContains: 'ants' }))
    const { HumanTaskConfig, InputConfig } = validRequest()
    expect(LabelingJobSummaryList).toEqual([
      {
        LabelingJobName: 'ants',
        LabelingJobArn: 'arn:aws:sagemaker:us-east-1:123456789012:labeling-job/ants',
        LabelingJobStatus: 'Stopping',
        LabelCounters: expect.objectContaining({ MachineLabeled: 0 }),
        CreationTime: expect.any(Date),
        LastModifiedTime: expect.any(Date),
        WorkteamArn: HumanTaskConfig?.WorkteamArn,
        PreHumanTaskLambdaArn: HumanTaskConfig?.PreHumanTaskLambdaArn,
        AnnotationConsolidationLambdaArn:
          HumanTaskConfig?.AnnotationConsolidationConfig?.AnnotationConsolidationLambdaArn,
        InputConfig,
      },
    ])
  })
})

describe('work teams', () => {
  const names = async (request: ListWorkteamsRequest) => {
    const { Workteams = [], NextToken } = await labeling.client.send(new ListWorkteamsCommand(request))
    return { names: Workteams.map(({ WorkteamName }) => WorkteamName), NextToken }
  }

  it('are listed in order and in pages', async () => {
    expect((await names({})).names).toEqual(['simulated-reviewers', 'simulated-workers'])
    expect((await names({ SortOrder: 'Descending' })).names).toEqual(['simulated-workers', 'simulated-reviewers'])
    expect((await names({ SortBy: 'CreateDate' })).names).toEqual(['simulated-workers', 'simulated-reviewers'])
    expect((await names({ NameContains: 'review' })).names).toEqual(['simulated-reviewers'])
    const { NextToken } = await names({ MaxResults: 1 })
    expect(await names({ MaxResults: 1, NextToken })).toEqual({ names: ['simulated-workers'], NextToken: undefined })
  })

  it('state that their workers are simulated', async () => {
    const found = await labeling.client.send(new DescribeWorkteamCommand({ WorkteamName: 'simulated-workers' }))
    expect(found.Workteam).toMatchObject({
      WorkteamArn: 'arn:aws:sagemaker:us-east-1:123456789012:workteam/private-crowd/simulated-workers',
      Description: expect.stringContaining('simulated'),
      SubDomain: 'simulated.labeling.us-east-1.sagemaker.aws',
      CreateDate: expect.any(Date),
      MemberDefinitions: [{ CognitoMemberDefinition: { UserGroup: 'simulated-workers' } }],
    })
  })

  it('return a validation error if they do not exist', async () => {
    const call = labeling.client.send(new DescribeWorkteamCommand({ WorkteamName: 'nobody' }))
    expect(await describeError(call)).toMatch(/^ValidationException: WorkteamName: .*"nobody"/)
  })
})
