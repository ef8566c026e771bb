import { describe, expect, it } from '@jest/globals'
import { listAlarms } from '../../tools/docs/alarms.ts'
import { listFields } from '../../tools/docs/api/fields.ts'
import { describeType } from '../../tools/docs/api/type-text.ts'
import { listParameters } from '../../tools/docs/deploy/parameters.ts'
import { DOCUMENTS } from '../../tools/docs/documents.ts'
import { loadInputs, readProjectFile } from '../../tools/docs/inputs.ts'
import { listVariables } from '../../tools/docs/local/variables.ts'
import { formatBytes, formatSeconds, joinWords, table, toAnchor } from '../../tools/docs/markdown.ts'
import { fillSections } from '../../tools/docs/markers.ts'
import { parseQueues } from '../../tools/docs/queues.ts'

process.env.AWS_REGION ??= 'us-east-1'

describe('npm run docs', () => {
  it.each(Object.entries(DOCUMENTS))('has nothing to change in %s', async (path, write) => {
    const text = await readProjectFile(path)
    expect(fillSections(text, write(await loadInputs()))).toBe(text)
  })
})

describe('fillSections', () => {
  const marked = (body: string): string => `before\n<!-- generated: a -->\n${body}<!-- /generated -->\nafter\n`

  it('replaces only what lies between the markers', () => {
    expect(fillSections(marked('old\n'), { a: 'new' })).toBe(marked('new\n'))
    expect(fillSections(marked(''), { a: 'new' })).toBe(marked('new\n'))
  })

  it('refuses a marker without a section, and a section without a marker', () => {
    expect(() => fillSections(marked(''), {})).toThrow('"a"')
    expect(() => fillSections(marked(''), { a: '', b: '' })).toThrow('generated: b')
  })
})

describe('table', () => {
  it('escapes pipes and line breaks in cells', () => {
    expect(table(['A'], [['x | y\n  z']])).toBe('| A |\n| --- |\n| x \\| y z |')
  })
})

describe('the formats', () => {
  it.each([
    [formatBytes(1 << 20), '1 MiB'],
    [formatBytes(4_000_000), '4 MB'],
    [formatBytes(4095), '4,095 bytes'],
    [formatSeconds(3600), '1 hour'],
    [formatSeconds(100), '100 seconds'],
    [joinWords(['a', 'b', 'c']), 'a, b or c'],
    [toAnchor('PUT /v1/batches/{batch}'), 'put-v1batchesbatch'],
  ])('write %j', (text, expected) => {
    expect(text).toBe(expected)
  })
})

describe('describeType', () => {
  const describeAlone = (schema: Parameters<typeof describeType>[0]) =>
    describeType(schema, { Batch: {}, BatchOutput: {} })

  it.each([
    [{ type: 'integer', minimum: 1, maximum: 10_000 }, 'integer, 1 to 10,000'],
    [{ type: 'integer', minimum: 1 }, 'integer, at least 1'],
    [{ type: 'string', maxLength: 200 }, 'string, at most 200 characters'],
    [{ type: 'string', format: 'date-time', pattern: '^x$' }, 'RFC 3339 time'],
    [{ enum: ['a', 'b'] }, '`a` or `b`'],
    [
      { type: 'array', items: { type: 'string', minLength: 1 }, maxItems: 3 },
      'array of string (not empty), at most 3 items',
    ],
    [{ $ref: '#/components/schemas/BatchOutput' }, '[`Batch`](#batch)'],
    [{ type: 'object', additionalProperties: { type: 'string' } }, 'object with values of type string'],
    [{ type: 'string', minLength: 16, maxLength: 16 }, 'string, 16 characters'],
    [{ type: 'integer', minimum: 0 }, 'integer'],
    [{ type: 'integer', enum: [1, 0] }, '`1` or `0`'],
    [{}, 'any value'],
  ])('describes %j', (schema, text) => {
    expect(describeAlone(schema)).toBe(text)
  })
})

describe('listFields', () => {
  it('lists fields of objects and arrays inside an object with dotted names', () => {
    const inner = { type: 'object', properties: { b: { type: 'string' } }, required: ['b'] }
    const fields = listFields({ properties: { a: inner, c: { type: 'array', items: inner } }, required: ['c'] })
    expect(fields.map(({ name, isRequired }) => [name, isRequired])).toEqual([
      ['a', false],
      ['a.b', true],
      ['c', true],
      ['c[].b', true],
    ])
  })
})

describe('the readers of the deployment', () => {
  it('find every parameter with its default', async () => {
    const parameters = listParameters(await readProjectFile('serverless.yml'))
    expect(parameters).toContainEqual({ name: 'dataPrefix', value: 'data/' })
    expect(parameters).toContainEqual({ name: 'bucket', value: '' })
  })

  it('find every queue with what becomes of a message that keeps failing', async () => {
    const yaml = await readProjectFile('deploy/queues.yml')
    const queues = parseQueues(yaml)
    expect(queues.size).toBe(yaml.match(/Type: AWS::SQS::Queue$/gm)?.length)
    expect(queues.get('ChunksQueue')).toEqual({
      name: 'chunks',
      visibilitySeconds: 720,
      redrive: { attempts: 5, queueId: 'DeadLetterQueue' },
    })
    expect(queues.get('UndeliverableQueue')?.redrive).toBeUndefined()
  })

  it('find every alarm', async () => {
    const yaml = await readProjectFile('deploy/alarms.yml')
    expect(listAlarms(yaml)).toHaveLength(yaml.match(/AWS::CloudWatch::Alarm/g)?.length ?? 0)
  })

  it('find every environment variable with its default', () => {
    const source =
      "const port = readPort(process.env.PORT || '3000')\nconst given = environment.AWS_PROFILE || undefined"
    expect(listVariables([source])).toEqual([
      { name: 'PORT', fallback: '3000' },
      { name: 'AWS_PROFILE', fallback: undefined },
    ])
  })
})
