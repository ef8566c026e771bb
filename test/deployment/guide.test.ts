import { readFile } from 'node:fs/promises'
import { describe, expect, it } from '@jest/globals'
import { ENDPOINT_MEGABYTES, WHOLE_CPU_MEGABYTES } from '../../shared/platform/function-size.ts'
import { LOG_EVENTS } from '../../shared/platform/observability/log-events.ts'
import { listAlarms } from '../../tools/docs/alarms.ts'
import { listParameters } from '../../tools/docs/deploy/parameters.ts'
import { parseQueues } from '../../tools/docs/queues.ts'
import { listFunctions, ofType, packagedTemplate } from './template.ts'

const ROOT = new URL('../../', import.meta.url)
const read = (path: string): Promise<string> => readFile(new URL(path, ROOT), 'utf8')
const guide = await read('docs/deploy.md')
const operations = await read('docs/operations.md')
const serverless = await read('serverless.yml')
const template = await packagedTemplate()
const alarms = ofType(template, 'AWS::CloudWatch::Alarm')
const functionNames = listFunctions(template).map(({ name }) => name)

/** The documents are generated from the sources of the deployment; the package must say the same. */
describe('what the documents are generated from', () => {
  it('has the parameters that the deployment reads', async () => {
    const files = [
      'serverless.yml',
      'deploy/choices.cjs',
      'deploy/generated/permissions.json',
      'deploy/api.yml',
      'deploy/subscription.yml',
    ]
    const texts = (await Promise.all([...files, 'deploy/labeling.yml'].map(read))).join('\n')
    for (const { name } of listParameters(serverless)) expect(texts).toMatch(new RegExp(`param:${name}\\b`))
  })

  it('has the alarms of the package, in its order', async () => {
    expect(listAlarms(await read('deploy/alarms.yml')).map(({ id }) => id)).toEqual(alarms.map(([id]) => id))
  })

  it('has the queues of the package', async () => {
    const names = ofType(template, 'AWS::SQS::Queue').map(([, { QueueName }]) => QueueName)
    const parsed = [...parseQueues(await read('deploy/queues.yml')).values()].map(
      ({ name }) => `groundwork-dev-${name}`,
    )
    expect(parsed.toSorted()).toEqual(names.toSorted())
  })

  it('has the memory that functions of the package have', () => {
    const memory = new Map(listFunctions(template).map(({ name, MemorySize }) => [name, MemorySize]))
    expect([memory.get('workers-run-chunk'), memory.get('batches-get')]).toEqual([
      WHOLE_CPU_MEGABYTES,
      ENDPOINT_MEGABYTES,
    ])
  })
})

describe('docs/deploy.md and docs/operations.md', () => {
  it('name the role and the function of labeling jobs as the package does', () => {
    const names = Object.values(template.Resources).flatMap(({ Properties: properties }) => [
      properties?.RoleName,
      properties?.FunctionName,
    ])
    for (const name of ['groundwork-dev-REGION-labeling', 'groundwork-dev-workers-labeling-job-changed']) {
      expect(guide + operations).toContain(name)
      expect(names).toContain(name.replace('REGION', 'us-east-1'))
    }
  })
})

describe('docs/operations.md', () => {
  it('has a section for every alarm, and every alarm links to its own', () => {
    const [, section = ''] = operations.split('\n## Alarms\n')
    const headings = [...(section.split('\n## ')[0] ?? '').matchAll(/^### (\w+)$/gm)].map(([, name]) => name)
    expect(headings).toEqual(alarms.map(([id]) => id))
    for (const [id, { AlarmDescription }] of alarms)
      expect(AlarmDescription).toMatch(new RegExp(`docs/operations\\.md#${id.toLowerCase()}\\.$`))
  })

  it('explains for each alarm what it means, where to look and what to do', () => {
    for (const [id] of alarms) {
      const [, text = ''] = operations.split(`\n### ${id}\n`)
      const [own = ''] = text.split('\n## ')[0]?.split('\n### ') ?? []
      for (const part of ['**Means**', '**Look**', '**do**'])
        expect([id, own.toLowerCase()]).toEqual([id, expect.stringContaining(part.toLowerCase())])
    }
  })

  it('queries only log events that functions write', () => {
    const queried = [...operations.matchAll(/event = "([^"]+)"/g)].map(([, event]) => event)
    expect(queried.length).toBeGreaterThan(5)
    for (const event of queried) expect(Object.keys(LOG_EVENTS)).toContain(event)
  })

  it('queries only functions and queues of the package', () => {
    const named = [...operations.matchAll(/@logStream like \/([\w-]+)\//g)].map(([, name]) => `workers-${name}`)
    expect(named.length).toBeGreaterThan(3)
    for (const name of named) expect(functionNames).toContain(name)
    const queues = ofType(template, 'AWS::SQS::Queue').map(([, { QueueName }]) => QueueName)
    for (const [, name] of operations.matchAll(/QUEUE=([\w-]+)/g)) expect(queues).toContain(`groundwork-dev-${name}`)
  })
})
