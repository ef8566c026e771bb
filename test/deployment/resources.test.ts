import { spawnSync } from 'node:child_process'
import { describe, expect, it } from '@jest/globals'
import { BatchRequest } from '../../shared/batches/batch.ts'
import { startCopy } from '../../shared/batches/copy.ts'
import { createBatch } from '../../shared/batches/create.ts'
import { giveUp, TaskMessage } from '../../shared/tasks.ts'
import { cats, petsPorts } from '../batches/pets.ts'
import { isLike } from './statements.ts'
import { FOLDER, ofType, packagedTemplate } from './template.ts'

const template = await packagedTemplate()

/** What a policy refuses to everybody whose connection is not encrypted. */
const refusesPlain = (action: string, resources: unknown) => ({
  Sid: 'OnlyEncryptedConnections',
  Effect: 'Deny',
  Principal: '*',
  Action: action,
  Resource: resources,
  Condition: { Bool: { 'aws:SecureTransport': 'false' } },
})

describe('the bucket', () => {
  const { Bucket, BucketPolicy } = template.Resources

  it('is private and encrypted, as is the one for deployments', () => {
    const buckets = ofType(template, 'AWS::S3::Bucket')
    expect(buckets.map(([id]) => id).toSorted()).toEqual(['Bucket', 'ServerlessDeploymentBucket'])
    for (const [id, properties] of buckets) {
      const { PublicAccessBlockConfiguration, BucketEncryption } = properties
      expect({ id, ...PublicAccessBlockConfiguration }).toEqual({
        id,
        BlockPublicAcls: true,
        BlockPublicPolicy: true,
        IgnorePublicAcls: true,
        RestrictPublicBuckets: true,
      })
      const [rule] = BucketEncryption.ServerSideEncryptionConfiguration
      expect({ id, rule }).toEqual({ id, rule: { ServerSideEncryptionByDefault: { SSEAlgorithm: 'AES256' } } })
    }
    expect(Bucket?.Properties.OwnershipControls).toEqual({ Rules: [{ ObjectOwnership: 'BucketOwnerEnforced' }] })
  })

  it('takes encrypted connections only', () => {
    const arn = 'arn:aws:s3:::groundwork-dev-123456789012-us-east-1'
    expect(BucketPolicy?.Properties.Bucket).toBe('groundwork-dev-123456789012-us-east-1')
    expect(BucketPolicy?.Properties.PolicyDocument.Statement).toEqual([refusesPlain('s3:*', [arn, `${arn}/*`])])
  })

  it('shows its images to labeling pages', () => {
    expect(Bucket?.Properties.CorsConfiguration.CorsRules).toEqual([
      {
        AllowedMethods: ['GET'],
        AllowedOrigins: ['*'],
        AllowedHeaders: [],
        ExposedHeaders: ['Access-Control-Allow-Origin'],
      },
    ])
  })

  it('forgets uploads that nobody ended', () => {
    expect(Bucket?.Properties.LifecycleConfiguration.Rules).toEqual([
      {
        Id: 'unfinished-uploads',
        Status: 'Enabled',
        AbortIncompleteMultipartUpload: { DaysAfterInitiation: 7 },
      },
    ])
  })

  it('stays when the stack goes, with its policy', () => {
    for (const resource of [Bucket, BucketPolicy])
      expect([resource?.DeletionPolicy, resource?.UpdateReplacePolicy]).toEqual(['RetainExceptOnCreate', 'Retain'])
  })
})

describe('the queues', () => {
  const queues = ofType(template, 'AWS::SQS::Queue')

  it('are encrypted and keep messages for 14 days', () => {
    const names = queues.map(([, { QueueName }]) => QueueName.replace('groundwork-dev-', ''))
    expect(names.toSorted()).toEqual(['chunks', 'events', 'given-up', 'lost', 'tasks'])
    for (const [id, { SqsManagedSseEnabled, MessageRetentionPeriod }] of queues)
      expect({ id, SqsManagedSseEnabled, MessageRetentionPeriod }).toEqual({
        id,
        SqsManagedSseEnabled: true,
        MessageRetentionPeriod: 14 * 24 * 3600,
      })
  })

  it('take encrypted connections only', () => {
    const policies = ofType(template, 'AWS::SQS::QueuePolicy').map(([, properties]) => properties)
    const urls = queues.map(([, { QueueName }]) => `https://sqs.us-east-1.amazonaws.com/123456789012/${QueueName}`)
    // Each stands in one policy: a second would take the place of the first.
    expect(policies.flatMap(({ Queues }) => Queues).toSorted()).toEqual(urls.toSorted())
    for (const { PolicyDocument } of policies)
      expect(PolicyDocument.Statement).toContainEqual(refusesPlain('sqs:*', '*'))
  })
})

describe('the alarms', () => {
  const alarms = ofType(template, 'AWS::CloudWatch::Alarm').map(([, properties]) => properties)
  const queue = (name: string) => [{ Name: 'QueueName', Value: `groundwork-dev-${name}` }]
  const worker = (name: string) => [{ Name: 'FunctionName', Value: `groundwork-dev-workers-${name}` }]
  const EXPECTED: [string, string, unknown, string, number][] = [
    ['groundwork-dev', 'GivenUp', undefined, 'Sum', 1],
    ['AWS/SQS', 'ApproximateAgeOfOldestMessage', queue('tasks'), 'Maximum', 3600],
    ['AWS/SQS', 'ApproximateAgeOfOldestMessage', queue('chunks'), 'Maximum', 3600],
    ['AWS/SQS', 'ApproximateAgeOfOldestMessage', queue('given-up'), 'Maximum', 3600],
    ['AWS/SQS', 'ApproximateNumberOfMessagesVisible', queue('lost'), 'Maximum', 1],
    ['AWS/Lambda', 'Errors', worker('run-task'), 'Sum', 1],
    ['AWS/Lambda', 'Errors', worker('run-chunk'), 'Sum', 1],
    ['AWS/Lambda', 'Errors', worker('give-up'), 'Sum', 1],
    ['AWS/ApiGateway', '5xx', [{ Name: 'ApiId', Value: 'HttpApi' }], 'Sum', 1],
  ]

  it('watch all that has to be looked at, and nothing else', () => {
    const watched = alarms.map(({ Namespace, MetricName, Dimensions, Statistic, Threshold }) => [
      Namespace,
      MetricName,
      Dimensions,
      Statistic,
      Threshold,
    ])
    expect(watched).toEqual(EXPECTED)
  })

  it('tell the topic, when they go off and when all is well again', () => {
    for (const { AlarmActions, OKActions, ComparisonOperator, TreatMissingData, AlarmDescription } of alarms)
      expect({ AlarmActions, OKActions, ComparisonOperator, TreatMissingData, AlarmDescription }).toEqual({
        AlarmActions: ['groundwork-dev-alarms'],
        OKActions: ['groundwork-dev-alarms'],
        ComparisonOperator: 'GreaterThanOrEqualToThreshold',
        TreatMissingData: 'notBreaching',
        AlarmDescription: expect.stringMatching(/\.$/),
      })
    expect(ofType(template, 'AWS::SNS::Topic')).toHaveLength(1)
  })

  it('find the lines that giving up writes', async () => {
    const [[, filter] = ['', {}]] = ofType(template, 'AWS::Logs::MetricFilter')
    expect(filter.LogGroupName).toBe('/aws/lambda/groundwork-dev-workers-give-up')
    expect(filter.MetricTransformations).toEqual([
      { MetricNamespace: 'groundwork-dev', MetricName: 'GivenUp', MetricValue: '1' },
    ])
    const [, pattern = ''] = /^\{ \$\.message = "(.+)" \}$/.exec(filter.FilterPattern) ?? []
    const ports = await petsPorts(cats(3))
    const request = { dataset: 'pets', classNames: ['Cat'], examplesPerClass: 3 }
    const { state } = await createBatch('b', BatchRequest.parse(request), ports)
    await startCopy('b', ports)
    await giveUp(TaskMessage.parse(ports.world.sent.tasks[0]), ports)
    const { batchId } = state
    await giveUp({ task: 'delete-batch', batch: 'b', batchId, requestId: 'r' }, ports)
    const lines = ports.world.logged.filter(({ message }) => isLike(pattern, message)).map(({ message }) => message)
    expect(lines).toEqual(['chunk given up', 'deletion given up; DELETE the batch again'])
  })
})

describe('the outputs', () => {
  it('tell what is needed to use it', () => {
    const { Api, Bucket, EventsQueueUrl, LostQueueUrl, AlarmTopicArn, LabelingRoleArn } = template.Outputs
    for (const output of [Api, Bucket, EventsQueueUrl, LostQueueUrl, AlarmTopicArn, LabelingRoleArn])
      expect(output?.Value).toBeDefined()
  })
})

describe('the template', () => {
  it('is what CloudFormation takes, as far as cfn-lint knows', () => {
    const file = `${FOLDER}/cloudformation-template-update-stack.json`
    const { error, stdout, status } = spawnSync('cfn-lint', ['-i', 'W3005', '--', file], { encoding: 'utf8' })
    if (error) {
      process.stderr.write('cfn-lint is not on this machine: that check was left out.\n')
      return
    }
    expect([status, stdout.trim()]).toEqual([0, ''])
  })
})
