import {
  CreateLabelingJobCommand,
  DeleteWorkteamCommand,
  DescribeLabelingJobCommand,
  ResourceInUse,
  ResourceLimitExceeded,
  ResourceNotFound,
  StopLabelingJobCommand,
} from '@aws-sdk/client-sagemaker'
import { beforeEach, describe, expect, it } from '@jest/globals'
import { CREDENTIALS } from '../../support/credentials.ts'
import { signedFetch } from '../../support/http/signed-fetch.ts'
import { describeError, labelingForEachTest, STANDSTILL } from './running-server.ts'
import { placeImages, placeJobFiles, validRequest } from './valid-request.ts'

const labeling = labelingForEachTest()
beforeEach(() => placeJobFiles(labeling.store.s3))

describe('errors of the SageMaker client', () => {
  it('have the exception class for a missing job', async () => {
    const name = { LabelingJobName: 'nothing' }
    const { client } = labeling
    for (const call of [
      client.send(new DescribeLabelingJobCommand(name)),
      client.send(new StopLabelingJobCommand(name)),
    ])
      await expect(call).rejects.toBeInstanceOf(ResourceNotFound)
  })

  it('have the exception class for a used name, in any case and after the job has ended', async () => {
    await labeling.create({ LabelingJobName: 'Pets' })
    await labeling.end('pets')
    for (const LabelingJobName of ['Pets', 'pETS'])
      await expect(labeling.create({ LabelingJobName })).rejects.toBeInstanceOf(ResourceInUse)
  })

  it('have the exception class for exceeding the job limit', async () => {
    await labeling.start({ ...STANDSTILL, maxJobs: 2 })
    await labeling.create({ LabelingJobName: 'a' })
    await labeling.create({ LabelingJobName: 'b' })
    await expect(labeling.create({ LabelingJobName: 'c' })).rejects.toBeInstanceOf(ResourceLimitExceeded)
  })

  it('reject one of two concurrent requests for the same name', async () => {
    await labeling.start(STANDSTILL)
    const both = await Promise.allSettled([labeling.create(), labeling.create({ LabelingJobName: 'PETS-1' })])
    expect(both.map(({ status }) => status).toSorted()).toEqual(['fulfilled', 'rejected'])
  })

  it('name the unsupported operation', async () => {
    const unknown = labeling.client.send(new DeleteWorkteamCommand({ WorkteamName: 'a' }))
    expect(await describeError(unknown)).toMatch(/^UnknownOperationException: .*DeleteWorkteam/)
  })
})

describe('the protocol', () => {
  const send = (body: string, target = 'SageMaker.DescribeLabelingJob', method = 'POST') =>
    labeling.client.config.endpoint?.().then(({ hostname, port }) =>
      signedFetch(
        `http://${hostname}:${port}/`,
        {
          method,
          headers: { 'x-amz-target': target, 'content-type': 'application/x-amz-json-1.1' },
          ...(method === 'POST' && { body }),
        },
        CREDENTIALS,
        { service: 'sagemaker' },
      ),
    )

  it('returns errors in headers and body', async () => {
    const response = await send('{"LabelingJobName":"nothing"}')
    expect(response?.status).toBe(400)
    expect(response?.headers.get('x-amzn-errortype')).toBe('ResourceNotFound')
    expect(response?.headers.get('content-type')).toBe('application/x-amz-json-1.1')
    expect(response?.headers.get('x-amzn-requestid')).toMatch(/^[\da-f-]{36}$/)
    expect(await response?.json()).toEqual({
      __type: 'ResourceNotFound',
      message: expect.stringContaining('"nothing"'),
    })
  })

  it.each([
    ['no JSON', '{', 'SerializationException'],
    ['JSON that is no object', '[]', 'SerializationException'],
    ['a member of another type', '{"LabelingJobName":1}', 'SerializationException'],
    ['a member that is null', '{"LabelingJobName":null}', 'ValidationException'],
    ['more than a megabyte', ' '.repeat((1 << 20) + 1), 'RequestEntityTooLargeException'],
  ])('rejects %s', async (_what, body, type) => {
    const response = await send(body)
    expect(await response?.json()).toMatchObject({ __type: type })
  })

  it('rejects other services and methods', async () => {
    for (const response of [await send('{}', 'Other.DescribeLabelingJob'), await send('', undefined, 'GET')])
      expect(await response?.json()).toMatchObject({ __type: 'UnknownOperationException' })
  })

  it('ignores unknown members', async () => {
    await placeImages(labeling.store.s3, 3)
    const request = { ...validRequest(), FutureMember: { a: 1 } }
    const { LabelingJobArn } = await labeling.client.send(new CreateLabelingJobCommand(request))
    expect(LabelingJobArn).toBe('arn:aws:sagemaker:us-east-1:123456789012:labeling-job/pets-1')
  })
})

describe('DescribeLabelingJob', () => {
  it('returns the members of the request and those that the service adds', async () => {
    await labeling.start(STANDSTILL)
    const before = Date.now()
    const extra = {
      Tags: [{ Key: 'team', Value: 'pets' }],
      StoppingConditions: { MaxHumanLabeledObjectCount: 5 },
    }
    await labeling.create(extra)
    const { $metadata, CreationTime, LastModifiedTime, ...job } = await labeling.describe('PETS-1')
    const { OutputConfig, ...request } = validRequest(extra)
    expect(job).toEqual({
      ...request,
      OutputConfig: { ...OutputConfig, KmsKeyId: '' },
      LabelingJobArn: 'arn:aws:sagemaker:us-east-1:123456789012:labeling-job/pets-1',
      LabelingJobStatus: 'Initializing',
      LabelCounters: {
        TotalLabeled: 0,
        HumanLabeled: 0,
        MachineLabeled: 0,
        FailedNonRetryableError: 0,
        Unlabeled: 0,
      },
      JobReferenceCode: expect.stringMatching(/^[\da-f]{16}$/),
    })
    expect($metadata.httpStatusCode).toBe(200)
    for (const time of [CreationTime, LastModifiedTime]) {
      expect(Number(time)).toBeGreaterThanOrEqual(before)
      expect(Number(time)).toBeLessThanOrEqual(Date.now())
    }
  })
})
