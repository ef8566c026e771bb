import { describe, expect, it } from '@jest/globals'
import { stateKey } from '../../shared/labeling/jobs/store.ts'
import { readConfig } from '../../shared/platform/config.ts'
import { tokenKey } from '../../shared/platform/tokens/token.ts'
import { webhookKey } from '../../shared/webhooks/store.ts'
import { declaredFunctions } from './declared.ts'
import { deployedWorld } from './deployed-world.ts'
import { runJourneys } from './journeys.ts'
import { isAllowed, listed, type Need, needless } from './statements.ts'
import { functionsOf, ofType, packagedTemplate, statementsOf, type Template } from './template.ts'

const template = await packagedTemplate()
const declared = await declaredFunctions()
const FUNCTIONS = functionsOf(template)
const config = readConfig({ AWS_REGION: 'us-east-1', ...FUNCTIONS[0]!.Environment.Variables })
const deployed = deployedWorld(declared, config)
await runJourneys(deployed)

/** Lambda itself sends what a function kept failing at, with that function's role. */
const neededToGiveUp = (of: Template, name: string): Need[] =>
  ofType(of, 'AWS::Lambda::EventInvokeConfig')
    .filter(([, { FunctionName }]) => FunctionName === `groundwork-dev-${name}`)
    .map(([, { DestinationConfig }]) => ({
      action: 'sqs:SendMessage',
      resource: DestinationConfig.OnFailure.Destination,
    }))

describe.each(FUNCTIONS)('the role of $name', ({ name, role }) => {
  const needs = [...deployed.needsOf(name), ...neededToGiveUp(template, name)]
  const statements = statementsOf(template, role)

  it('allows all that the function does', () => {
    expect(needs.filter((need) => !isAllowed(statements, need))).toEqual([])
  })

  it('allows nothing that the function does not need', () => {
    expect(needless(statements, needs)).toEqual([])
  })
})

describe('roles', () => {
  const object = (key: string): string => `arn:aws:s3:::${config.bucket}/${key}`
  const allowing = (action: string, resource: string): string[] =>
    FUNCTIONS.filter(({ role }) => isAllowed(statementsOf(template, role), { action, resource })).map(
      ({ name }) => name,
    )

  it('of functions that only read let them change nothing', () => {
    const reading = declared.endpoints.filter(({ endpoint }) => endpoint.scope !== 'write')
    for (const { name } of reading) {
      const { role } = FUNCTIONS.find((one) => name === `groundwork-${one.name}`)!
      // All but the key that cursors are sealed with, which is made with the first of them.
      const statements = statementsOf(template, role).filter(
        ({ Resource }) => Resource !== object('system/cursor-key.json'),
      )
      const actions = statements.flatMap(({ Action }) => listed(Action))
      expect({ name, actions }).toEqual({
        name,
        actions: actions.filter((one) => /^(s3|sagemaker):(Get|List|Describe)[A-Z]\w+$/.test(one)),
      })
    }
    expect(reading.length).toBeGreaterThan(8)
  })

  it.each(['s3:GetObject', 's3:PutObject', 's3:DeleteObject'])('end at the data prefix: %s', (action) => {
    const outside = ['batch.json', 'dataset.json', 'system/batch.json', 'system/raw/a/dataset.json']
    for (const key of outside) expect(allowing(action, object(key))).toEqual([])
    expect(allowing(action, 'arn:aws:s3:::another-bucket/data/b/batch.json')).toEqual([])
  })

  it('let those that ask who calls read tokens, and nobody make or remove one', () => {
    const token = object(tokenKey('a token'))
    expect(allowing('s3:GetObject', token).toSorted()).toEqual([...deployed.asking, 'not-found'].toSorted())
    for (const action of ['s3:PutObject', 's3:DeleteObject']) expect(allowing(action, token)).toEqual([])
  })

  it('let nobody but functions of webhooks see or change their secrets', () => {
    const webhook = object(webhookKey('mine'))
    for (const action of ['s3:GetObject', 's3:PutObject', 's3:DeleteObject'])
      expect(
        allowing(action, webhook).filter(
          (name) => !/^(webhooks-|workers-(dispatch-event|deliver-webhook)$)/.test(name),
        ),
      ).toEqual([])
  })

  it('of batches and labeling jobs cannot write or remove what datasets hold', () => {
    for (const action of ['s3:PutObject', 's3:DeleteObject'])
      for (const key of ['raw/pets/dataset.json', 'raw/pets/id1/annotations-bbox.csv'])
        expect(
          allowing(action, object(config.dataPrefix + key)).filter((name) => /^(batches|labeling)-/.test(name)),
        ).toEqual([])
  })

  it('let only functions that start labeling jobs, or look at them, see and change what is known of these', () => {
    const state = object(stateKey('cats'))
    const seeing = allowing('s3:GetObject', state)
    const runs = ['batches-create', 'workers-run-task']
    expect(seeing.filter((name) => !/^(workers-)?labeling-/.test(name))).toEqual(runs)
    expect(seeing).toHaveLength(6 + runs.length)
    const changing = ['labeling-create-job', 'workers-run-task', 'workers-labeling-job-changed']
    expect(allowing('s3:PutObject', state)).toEqual(changing)
    expect(allowing('s3:DeleteObject', state)).toEqual(changing.slice(0, 2))
  })

  it('give labeling jobs no role but those of the deployment, and these to nothing else', () => {
    const giving = (resource: string | undefined, passedTo: string): string[] => {
      const need = { action: 'iam:PassRole', resource: String(resource), passedTo }
      return FUNCTIONS.filter(({ role }) => isAllowed(statementsOf(template, role), need)).map(({ name }) => name)
    }
    const [own] = config.labelingRoles
    expect(giving(own, 'sagemaker.amazonaws.com')).toEqual(['labeling-create-job', 'workers-run-task'])
    expect(giving(own, 'ec2.amazonaws.com')).toEqual([])
    expect(giving('arn:aws:iam::123456789012:role/admin', 'sagemaker.amazonaws.com')).toEqual([])
  })

  it('let nobody change results of labeling jobs but who removes their batch', () => {
    const output = object(`${config.dataPrefix}b/cats/manifests/output/output.manifest`)
    expect(allowing('s3:PutObject', output)).toEqual([])
    expect(allowing('s3:DeleteObject', output)).toEqual(['batches-delete', 'workers-run-task'])
  })

  it('let only the worker of chunks write images and read other buckets', () => {
    expect(allowing('s3:PutObject', object(`${config.dataPrefix}b/images/0123456789abcdef.jpg`))).toEqual([
      'workers-run-chunk',
    ])
    expect(allowing('s3:GetObject', 'arn:aws:s3:::open-images-dataset/test/0123456789abcdef.jpg')).toEqual([
      'datasets-import',
      'workers-run-chunk',
    ])
  })
})
