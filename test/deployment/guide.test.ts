import { readFile } from 'node:fs/promises'
import { describe, expect, it } from '@jest/globals'
import { outlookOfCopy } from '../../shared/batches/plan-copies.ts'
import { outlookOfPlan } from '../../shared/datasets/import-outlook.ts'
import { type OpenedSource, planImport } from '../../shared/datasets/import-plan.ts'
import { LABELING_REGIONS } from '../../shared/labeling/built-in-functions.ts'
import { functionsOf, ofType, packagedTemplate } from './template.ts'

const ROOT = new URL('../../', import.meta.url)
const guide = await readFile(new URL('docs/deploy.md', ROOT), 'utf8')
const template = await packagedTemplate()
const shown = (count: number): string => count.toLocaleString('en-US')

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

  it('says of every alarm what it means', () => {
    const alarms = ofType(template, 'AWS::CloudWatch::Alarm').map(([id]) => id)
    const [, table = ''] = /\| alarm \|.+\n\|.+\n([\s\S]+?)\n\n/.exec(guide) ?? []
    expect([...table.matchAll(/`(\w+Alarm)`/g)].map(([, name]) => name)).toEqual(alarms)
  })

  it('counts as validateOnly would', () => {
    const { chunks, messages, s3Requests } = outlookOfCopy(1000)
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
      return outlookOfPlan(planImport(opened))
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
      expect(guide).toContain(said)
      expect(names).toContain(said.replace('REGION', 'us-east-1'))
    }
  })

  it('prices the memory that functions have', () => {
    const perSecond = (megabytes: number): string => ((megabytes / 1024) * 0.0000133334).toFixed(6)
    const memory = new Map(functionsOf(template).map(({ name, MemorySize }) => [name, MemorySize]))
    const [worker, endpoint] = [memory.get('workers-run-chunk')!, memory.get('batches-create')!]
    const said = `A worker with ${shown(worker)} MB costs ${perSecond(worker)} a second, an endpoint with ${shown(endpoint)} MB ${perSecond(endpoint)}.`
    expect(guide).toContain(said)
  })
})
