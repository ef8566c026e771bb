import { describe, expect, it } from '@jest/globals'
import { jobRef } from '../../shared/labeling/jobs/store.ts'
import { linkRef, workerRef } from '../../shared/labeling/workers/store.ts'
import { readConfig } from '../../shared/platform/config.ts'
import { tokenKey } from '../../shared/platform/tokens/token.ts'
import { webhookRef } from '../../shared/webhooks/store.ts'
import { declaredFunctions } from './declared-functions.ts'
import { deployedWorld } from './deployed-world.ts'
import { runJourneys } from './journeys.ts'
import { isAllowed, listed, type Need, unneededGrants } from './statements.ts'
import { listFunctions, listStatements, ofType, packagedTemplate, type Template } from './template.ts'

const template = await packagedTemplate()
const declared = await declaredFunctions()
const FUNCTIONS = listFunctions(template)
const config = readConfig({ AWS_REGION: 'us-east-1', ...FUNCTIONS[0]!.Environment.Variables })
const deployed = deployedWorld(declared, config)
await runJourneys(deployed)

/** Lambda sends failed asynchronous invocations to their destination with the function's role. */
const needsForFailures = (of: Template, name: string): Need[] =>
  ofType(of, 'AWS::Lambda::EventInvokeConfig')
    .filter(([, { FunctionName }]) => FunctionName === `groundwork-dev-${name}`)
    .map(([, { DestinationConfig }]) => ({
      action: 'sqs:SendMessage',
      resource: DestinationConfig.OnFailure.Destination,
    }))

describe.each(FUNCTIONS)('the role of $name', ({ name, role }) => {
  const needs = [...deployed.needsFor(name), ...needsForFailures(template, name)]
  const statements = listStatements(template, role)

  it('allows everything that the function does', () => {
    expect(needs.filter((need) => !isAllowed(statements, need))).toEqual([])
  })

  it('allows nothing that the function does not need', () => {
    expect(unneededGrants(statements, needs)).toEqual([])
  })
})

describe('the roles of all functions', () => {
  const object = (key: string): string => `arn:aws:s3:::${config.bucket}/${key}`
  const KEPT_BY_READERS = ['system/cursor-key.json', 'system/labeling-work/*/progress.json'].map(object)
  const allowing = (action: string, resource: string): string[] =>
    FUNCTIONS.filter(({ role }) => isAllowed(listStatements(template, role), { action, resource })).map(
      ({ name }) => name,
    )

  it('allow no write to functions that only read', () => {
    const reading = declared.endpoints.filter(
      ({ endpoint: { scope, method } }) => scope === 'read' || (scope === undefined && method === 'GET'),
    )
    for (const { name } of reading) {
      const { role } = FUNCTIONS.find((one) => name === `groundwork-${one.name}`)!
      // The exceptions are the key that seals cursors, which is created with the first cursor, and the counts of a job.
      const statements = listStatements(template, role).filter(
        ({ Resource }) => !KEPT_BY_READERS.includes(String(Resource)),
      )
      const actions = statements.flatMap(({ Action }) => listed(Action))
      expect({ name, actions }).toEqual({
        name,
        actions: actions.filter((one) => /^(s3|sagemaker):(Get|List|Describe)[A-Z]\w+$/.test(one)),
      })
    }
    expect(reading.length).toBeGreaterThan(8)
  })

  it.each(['s3:GetObject', 's3:PutObject', 's3:DeleteObject'])('are limited to the data prefix: %s', (action) => {
    const outside = ['batch.json', 'dataset.json', 'system/batch.json', 'system/raw/a/dataset.json']
    for (const key of outside) expect(allowing(action, object(key))).toEqual([])
    expect(allowing(action, 'arn:aws:s3:::another-bucket/data/b/batch.json')).toEqual([])
  })

  it('let authenticated functions read tokens, and none create or delete one', () => {
    const token = object(tokenKey('a token'))
    expect(allowing('s3:GetObject', token).toSorted()).toEqual([...deployed.authenticated, 'not-found'].toSorted())
    for (const action of ['s3:PutObject', 's3:DeleteObject']) expect(allowing(action, token)).toEqual([])
  })

  it('let only the functions of webhooks read or change their secrets', () => {
    const webhook = object(webhookRef('mine').key)
    for (const action of ['s3:GetObject', 's3:PutObject', 's3:DeleteObject'])
      expect(
        allowing(action, webhook).filter(
          (name) => !/^(webhooks-|workers-(dispatch-event|deliver-webhook)$)/.test(name),
        ),
      ).toEqual([])
  })

  it('let only the functions of workers access the records of workers and their links', () => {
    const ofWorkers = ['labeling-create-worker', 'labeling-remove-worker', 'labeling-rotate-link', 'me-open-session']
    const forWorkers = declared.endpoints
      .filter(({ endpoint }) => endpoint.scope === 'label')
      .map(({ name }) => name.replace('groundwork-', ''))
    const [worker, link] = [workerRef('ann').key, linkRef('0'.repeat(64)).key].map(object)
    expect(allowing('s3:GetObject', worker!).filter((name) => !forWorkers.includes(name))).toEqual(
      [...ofWorkers, 'labeling-get-worker', 'labeling-list-job-workers', 'labeling-list-workers'].toSorted(),
    )
    expect(allowing('s3:GetObject', link!)).toEqual(['me-open-session'])
    expect(allowing('s3:PutObject', worker!)).toEqual(ofWorkers.filter((name) => !name.includes('remove')))
    expect(allowing('s3:PutObject', link!)).toEqual(['labeling-create-worker', 'labeling-rotate-link'])
  })

  it('let only the functions that workers call read the key of their sessions', () => {
    const reading = allowing('s3:GetObject', object('system/labeling-key.json'))
    expect(reading.filter((name) => !name.startsWith('me-'))).toEqual([])
    expect(reading).toContain('me-open-session')
  })

  it('do not let functions of batches and labeling jobs change datasets', () => {
    for (const action of ['s3:PutObject', 's3:DeleteObject'])
      for (const key of ['raw/pets/dataset.json', 'raw/pets/id1/annotations-bbox.csv'])
        expect(
          allowing(action, object(config.dataPrefix + key)).filter((name) => /^(batches|labeling)-/.test(name)),
        ).toEqual([])
  })

  it('let only functions that create or read labeling jobs, or delete a batch of theirs, access their state', () => {
    const state = object(jobRef('cats').key)
    const seeing = allowing('s3:GetObject', state)
    const runs = ['batches-create', 'batches-delete', 'workers-run-task']
    expect(seeing.filter((name) => !/^(workers-)?labeling-/.test(name))).toEqual(runs)
    expect(seeing).toHaveLength(10 + runs.length)
    const changing = ['batches-delete', 'labeling-create-job', 'workers-run-task', 'workers-labeling-job-changed']
    expect(allowing('s3:PutObject', state)).toEqual(changing)
    expect(allowing('s3:DeleteObject', state)).toEqual(['labeling-create-job', 'workers-run-task'])
  })

  it('pass only the configured roles, only to the labeling service', () => {
    const giving = (resource: string | undefined, passedTo: string): string[] => {
      const need = { action: 'iam:PassRole', resource: String(resource), passedTo }
      return FUNCTIONS.filter(({ role }) => isAllowed(listStatements(template, role), need)).map(({ name }) => name)
    }
    const [own] = config.labelingRoles
    expect(giving(own, 'sagemaker.amazonaws.com')).toEqual(['labeling-create-job', 'workers-run-task'])
    expect(giving(own, 'ec2.amazonaws.com')).toEqual([])
    expect(giving('arn:aws:iam::123456789012:role/admin', 'sagemaker.amazonaws.com')).toEqual([])
  })

  it('let only the workers of rounds write the results of labeling jobs, and only them and deletion remove these', () => {
    const output = object(`${config.dataPrefix}b/cats/manifests/output/output.manifest`)
    const writing = ['workers-dead-letter', 'workers-run-chunk', 'workers-run-task']
    expect(allowing('s3:PutObject', output)).toEqual(writing)
    expect(allowing('s3:DeleteObject', output)).toEqual(['batches-delete', ...writing])
  })

  it('let only the chunk worker write images and read image sources', () => {
    expect(allowing('s3:PutObject', object(`${config.dataPrefix}b/images/0123456789abcdef.jpg`))).toEqual([
      'workers-run-chunk',
    ])
    expect(allowing('s3:GetObject', 'arn:aws:s3:::open-images-dataset/test/0123456789abcdef.jpg')).toEqual([
      'datasets-import',
      'workers-run-chunk',
    ])
  })
})
