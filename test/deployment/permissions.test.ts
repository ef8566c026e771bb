import { describe, expect, it } from '@jest/globals'
import { readConfig } from '../../shared/config.ts'
import { declaredFunctions } from './declared.ts'
import { deployedWorld } from './deployed-world.ts'
import { runJourneys } from './journeys.ts'
import { isAllowed, listed, needless } from './statements.ts'
import { functionsOf, packagedTemplate, statementsOf } from './template.ts'

const template = await packagedTemplate()
const declared = await declaredFunctions()
const FUNCTIONS = functionsOf(template)
const config = readConfig({ AWS_REGION: 'us-east-1', ...FUNCTIONS[0]!.Environment.Variables })
const deployed = deployedWorld(declared, config)
await runJourneys(deployed)

describe.each(FUNCTIONS)('the role of $name', ({ name, role }) => {
  const needs = deployed.needsOf(name)
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
      const actions = statementsOf(template, role).flatMap(({ Action }) => listed(Action))
      expect({ name, actions }).toEqual({ name, actions: actions.filter((one) => /^s3:(Get|List)[A-Z]\w+$/.test(one)) })
    }
    expect(reading.length).toBeGreaterThan(8)
  })

  it.each(['s3:GetObject', 's3:PutObject', 's3:DeleteObject'])('end at the data prefix: %s', (action) => {
    const outside = ['batch.json', 'dataset.json', 'system/tokens/a/batch.json', 'system/raw/a/dataset.json']
    for (const key of outside) expect(allowing(action, object(key))).toEqual([])
    expect(allowing(action, 'arn:aws:s3:::another-bucket/data/b/batch.json')).toEqual([])
  })

  it('of batches cannot write or remove what datasets hold', () => {
    for (const action of ['s3:PutObject', 's3:DeleteObject'])
      for (const key of ['raw/pets/dataset.json', 'raw/pets/id1/annotations-bbox.csv'])
        expect(allowing(action, object(config.dataPrefix + key)).filter((name) => name.startsWith('batches-'))).toEqual(
          [],
        )
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
