import { describe, expect, it } from '@jest/globals'
import * as places from '../../shared/labeling/job-places.ts'
import { jobRef } from '../../shared/labeling/jobs/store.ts'
import * as files from '../../shared/labeling/sagemaker/job-files.ts'
import { readConfig } from '../../shared/platform/config.ts'
import { isAllowed } from './statements.ts'
import { listAllStatements, listFunctions, packagedTemplate } from './template.ts'

const template = await packagedTemplate()
const config = readConfig({ AWS_REGION: 'us-east-1', ...listFunctions(template)[0]!.Environment.Variables })
const { Properties: role } = template.Resources.LabelingRole!
const statements = listAllStatements(template, 'LabelingRole')
const s3 = statements.filter(({ Action }) => /^s3:/.test(String(Action)))
const others = statements.filter((statement) => !s3.includes(statement))

const BUCKET = `arn:aws:s3:::${config.bucket}`
const PLACE = { job: 'cats', batch: 'b' }
/** Files in the job's folder, in the layout of the service. */
const written = (path: string): string => {
  const [, , , ...folder] = places.outputUri(PLACE, { config }).split('/')
  return `${folder.join('/')}/cats/${path}`
}
const READ = [
  'data/b/images/0123456789abcdef.jpg',
  places.inputManifestKey(PLACE, { config }),
  files.labelCategoriesKey(PLACE, { config }),
  files.templateKey(PLACE, { config }),
]
const WRITTEN = [
  places.outputManifestKey(PLACE, { config }),
  written('manifests/intermediate/1/output.manifest'),
  written('annotations/worker-response/iteration-1/0/2026-01-02_03:04:05.json'),
  written('annotations/consolidated-annotation/consolidation-request/iteration-1/a.json'),
]
/** Objects of datasets and functions. */
const OURS = [
  jobRef('cats').key,
  'system/tokens/a/images/b',
  'data/raw/pets/dataset.json',
  'data/raw/images/id1/annotations-bbox.csv',
  'data/raw/a/manifests/b/annotations/c',
  'data/b/batch.json',
  'data/b/images.jsonl',
  'data/b/images-id1.jsonl',
  'data/b/copies/id1/1/0000.json',
  'batch.json',
]
const mayDo = (action: string) => (key: string) => isAllowed(s3, { action, resource: `${BUCKET}/${key}` })

describe('the role of labeling jobs', () => {
  it('can be assumed only by the labeling service for this account', () => {
    expect(role.AssumeRolePolicyDocument.Statement).toEqual([
      {
        Effect: 'Allow',
        Principal: { Service: 'sagemaker.amazonaws.com' },
        Action: 'sts:AssumeRole',
        Condition: { StringEqualsIfExists: { 'aws:SourceAccount': '123456789012' } },
      },
    ])
    expect(role.ManagedPolicyArns ?? []).toEqual([])
  })

  it('is the default role of the functions', () => {
    expect(config.labelingRoles).toEqual([`arn:aws:iam::123456789012:role/${role.RoleName}`])
    expect(template.Outputs.LabelingRoleArn?.Value).toBe(config.labelingRoles[0])
  })

  it('reads images and the files of jobs, and nothing else in the bucket', () => {
    expect([...READ, ...WRITTEN].filter((key) => !mayDo('s3:GetObject')(key))).toEqual([])
    expect(OURS.filter(mayDo('s3:GetObject'))).toEqual([])
  })

  it.each(['s3:PutObject', 's3:AbortMultipartUpload'])('writes only the output of jobs: %s', (action) => {
    expect(WRITTEN.filter((key) => !mayDo(action)(key))).toEqual([])
    expect([...READ, ...OURS].filter(mayDo(action))).toEqual([])
  })

  it('deletes nothing and lists only its prefixes', () => {
    const actions = s3.flatMap(({ Effect, Action }) => (Effect === 'Allow' ? Action : []))
    expect([...new Set(actions)].toSorted()).toEqual([
      's3:AbortMultipartUpload',
      's3:GetBucketLocation',
      's3:GetObject',
      's3:ListBucket',
      's3:PutObject',
    ])
    const mayList = (prefix: string) => isAllowed(s3, { action: 's3:ListBucket', resource: BUCKET, prefix })
    expect(['data/', 'data/b/images/', 'system/', '', 'other/'].filter(mayList)).toEqual(['data/', 'data/b/images/'])
    expect(isAllowed(s3, { action: 's3:GetBucketLocation', resource: BUCKET })).toBe(true)
  })

  it('has no access to other buckets', () => {
    const other = (action: string) => isAllowed(s3, { action, resource: 'arn:aws:s3:::other/data/b/images/a.jpg' })
    expect(['s3:GetObject', 's3:PutObject'].filter(other)).toEqual([])
  })

  it('writes logs and metrics only of the labeling service', () => {
    expect(others).toEqual([
      {
        Effect: 'Allow',
        Action: ['logs:CreateLogGroup', 'logs:CreateLogStream', 'logs:DescribeLogStreams', 'logs:PutLogEvents'],
        Resource: 'arn:aws:logs:us-east-1:123456789012:log-group:/aws/sagemaker/*',
      },
      {
        Effect: 'Allow',
        Action: 'cloudwatch:PutMetricData',
        Resource: '*',
        Condition: {
          StringLike: { 'cloudwatch:namespace': ['AWS/SageMaker/*', 'AWS/Sagemaker/*', '/aws/sagemaker/*'] },
        },
      },
    ])
  })
})
