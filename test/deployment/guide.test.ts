import { readdir, readFile } from 'node:fs/promises'
import { describe, expect, it } from '@jest/globals'
import { LABELING_REGIONS } from '../../shared/contracts/built-in-functions.ts'
import { estimateCopy } from '../../shared/copying/estimate.ts'
import { type OpenedSource, planImport } from '../../shared/datasets/import/import-plan.ts'
import { previewPlan } from '../../shared/datasets/import/import-preview.ts'
import { functionsOf, ofType, packagedTemplate } from './template.ts'

const ROOT = new URL('../../', import.meta.url)
const guide = await readFile(new URL('docs/deploy.md', ROOT), 'utf8')
const operations = await readFile(new URL('docs/operations.md', ROOT), 'utf8')
const template = await packagedTemplate()
const alarms = ofType(template, 'AWS::CloudWatch::Alarm')
const shown = (count: number): string => count.toLocaleString('en-US')

const IN_WORDS: Readonly<Record<number, string>> = { 16: 'sixteen', 17: 'seventeen', 18: 'eighteen', 19: 'nineteen' }

describe('the guide to deploying', () => {
  it('has every parameter, with what it is unless told', async () => {
    const [, defaults = ''] =
      /\nparams:\n {2}default:\n([\s\S]+?)\n\n/.exec(await readFile(new URL('serverless.yml', ROOT), 'utf8')) ?? []
    const [, table = ''] = /\| parameter \|.+\n\|.+\n([\s\S]+?)\n\n/.exec(guide) ?? []
    const parameters = [...defaults.matchAll(/^ {4}(\w+): (.+)$/gm)].map(([, name, value]) => [name, value])
    const rows = [...table.matchAll(/^\| `(\w+)` \| .+ \| (.+) \|$/gm)].map(([, name, value]) => [name, value])
    expect(rows.map(([name]) => name)).toEqual(parameters.map(([name]) => name))
    for (const [index, [name, value = '']] of parameters.entries())
      if (value !== "''") expect([name, rows[index]?.[1]?.replaceAll('`', '')]).toEqual([name, value])
  })

  it('counts as validateOnly would', () => {
    const { chunks, messages, s3Requests } = estimateCopy(1000)
    expect(guide).toContain(`${chunks} chunks, ${messages} messages and ${shown(s3Requests)} S3\nrequests`)
    const outlook = (boxes: number, images: number) => {
      const sizes = {
        annotations: boxes,
        classDescriptions: 475_854,
        boxableClassDescriptions: 11_255,
        hierarchy: 86_291,
      }
      const opened = Object.entries({ ...sizes, images }).map(([source, size]) => ({
        source: source as OpenedSource['source'], // these are its names
        uri: 'https://example.org',
        file: { size, etag: undefined, ranges: {} },
      }))
      return previewPlan(planImport(opened))
    }
    const [test, train] = [outlook(52_174_204, 45e6), outlook(1.2e9, 640e6)]
    expect(guide).toMatch(
      new RegExp(`requests, at most \\| ${shown(test.requests)}: .+ \\| ${shown(train.requests)}: `),
    )
    expect(guide).toMatch(new RegExp(`SQS messages \\| ${test.messages}: .+ \\| ${train.messages}: `))
  })

  it('has every region that labeling jobs run in', () => {
    const [, said = ''] = /Jobs for boxes run in ([\s\S]+?)\. /.exec(guide) ?? []
    expect([...said.matchAll(/`([\w-]+)`/g)].map(([, region]) => region)).toEqual(LABELING_REGIONS)
  })

  it('names the role and the function of labeling jobs as they are', () => {
    const names = Object.values(template.Resources).flatMap(({ Properties: properties }) => [
      properties?.RoleName,
      properties?.FunctionName,
    ])
    for (const said of ['groundwork-dev-REGION-labeling', 'groundwork-dev-workers-labeling-job-changed']) {
      expect(guide + operations).toContain(said)
      expect(names).toContain(said.replace('REGION', 'us-east-1'))
    }
  })

  it('prices the alarms that there are', () => {
    expect(guide).toContain(`${IN_WORDS[alarms.length]} alarms ${(alarms.length * 0.1).toFixed(2)}; the dashboard`)
    expect(guide).toContain(`Log groups, ${IN_WORDS[alarms.length]} alarms, the topic`)
  })

  it('prices the memory that functions have', () => {
    const perSecond = (megabytes: number): string => ((megabytes / 1024) * 0.0000133334).toFixed(6)
    const memory = new Map(functionsOf(template).map(({ name, MemorySize }) => [name, MemorySize]))
    const [worker, endpoint] = [memory.get('workers-run-chunk')!, memory.get('batches-get')!]
    const said = `A worker with ${shown(worker)} MB costs ${perSecond(worker)} a second, an endpoint with ${shown(endpoint)} MB ${perSecond(endpoint)}.`
    expect(guide).toContain(said)
  })
})

describe('the guide to operations', () => {
  it('has a section for every alarm, and every alarm names its own', () => {
    const [, section = ''] = operations.split('\n## Alarms\n')
    const headings = [...(section.split('\n## ')[0] ?? '').matchAll(/^### (\w+)$/gm)].map(([, name]) => name)
    expect(headings).toEqual(alarms.map(([id]) => id))
    for (const [id, { AlarmDescription }] of alarms)
      expect(AlarmDescription).toMatch(new RegExp(`\\. See docs/operations\\.md#${id.toLowerCase()}\\.$`))
  })

  it('says of each what it means, what to look at and what to do', () => {
    for (const [id] of alarms) {
      const [, text = ''] = operations.split(`\n### ${id}\n`)
      const [own = ''] = text.split('\n## ')[0]?.split('\n### ') ?? []
      for (const part of ['**Means**', '**Look**', '**do**'])
        expect([id, own.toLowerCase()]).toEqual([id, expect.stringContaining(part.toLowerCase())])
    }
  })

  it('asks for lines that functions write', async () => {
    const files = (await readdir(new URL('shared', ROOT), { recursive: true })).filter((name) => name.endsWith('.ts'))
    const texts = await Promise.all(files.map((name) => readFile(new URL(`shared/${name}`, ROOT), 'utf8')))
    const asked = [...operations.matchAll(/message = "([^"]+)"/g)].map(([, message]) => message)
    expect(asked.length).toBeGreaterThan(5)
    for (const message of asked)
      expect([message, texts.some((text) => text.includes(`'${message}'`))]).toEqual([message, true])
  })

  it('asks functions and queues that there are', () => {
    const functions = functionsOf(template).map(({ name }) => name)
    const named = [...operations.matchAll(/@log like \/([\w-]+)\//g)].map(([, name]) => `workers-${name}`)
    expect(named.length).toBeGreaterThan(3)
    for (const name of named) expect(functions).toContain(name)
    const queues = ofType(template, 'AWS::SQS::Queue').map(([, { QueueName }]) => QueueName)
    for (const [, name] of operations.matchAll(/QUEUE=([\w-]+)/g)) expect(queues).toContain(`groundwork-dev-${name}`)
  })

  it('links to sections that there are', async () => {
    const documents: Record<string, string> = { '': operations, 'deploy.md': guide, 'webhooks.md': '' }
    const anchorsOf = (text: string) =>
      [...text.matchAll(/^#+ (.+)$/gm)].map(([, title = '']) =>
        title
          .toLowerCase()
          .replaceAll(/[^\w -]/g, '')
          .replaceAll(' ', '-'),
      )
    for (const text of [operations, guide])
      for (const [, file = '', anchor = ''] of text.matchAll(/\]\(([\w.]*)#([\w-]+)\)/g)) {
        const target = file === '' ? text : (documents[file] ?? (file === 'operations.md' ? operations : undefined))
        if (target) expect(anchorsOf(target)).toContain(anchor)
      }
  })
})
