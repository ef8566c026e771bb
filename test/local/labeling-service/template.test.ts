import { describe, expect, it } from '@jest/globals'
import { describeError, labelingForSuite } from './running-server.ts'
import {
  adjustTemplate,
  boxMembers,
  boxTemplate,
  createLines,
  labelFile,
  placeJobFiles,
  type Task,
  toFunctions,
  VERDICTS,
  verifyTemplate,
} from './valid-request.ts'

const labeling = labelingForSuite()

const [first] = createLines(1)
const lines = [first ?? '', { ...first, ...boxMembers('drawn', [10, 20, 30, 40]) }]

let count = 0
const outcome = async (template: string, task: Task = 'BoundingBox', labels = ['Cat', 'Dog']) => {
  await placeJobFiles(labeling.store.s3, { lines, template, labels: labelFile(labels) })
  try {
    await labeling.create({ LabelingJobName: `job-${count++}`, HumanTaskConfig: toFunctions(task) })
    return 'taken'
  } catch (error) {
    return error instanceof Error ? error.message : String(error)
  }
}

const without = (text: string | RegExp, template = boxTemplate()) => template.replace(text, '')

describe('the template of a bounding box job', () => {
  it('escapes output automatically, so the escape filter is optional', async () => {
    expect(await outcome(without(' | escape'))).toBe('taken')
  })

  it('escapes labels with quotes and brackets', async () => {
    expect(await outcome(boxTemplate(), 'BoundingBox', ['"A" & <b>', "it's"])).toBe('taken')
  })

  it.each([
    ['invalid Liquid', boxTemplate('{% if %}'), /Liquid/],
    ['an unknown filter', boxTemplate('title="{{ task.input.taskObject | no_such_filter }}"'), /no_such_filter/],
    ['an include', boxTemplate('{% include "package.json" %}'), /ENOENT/],
    ['an endless loop', boxTemplate('{% for a in (1..100000000) %}{% endfor %}'), /limit exceeded/],
    ['no form', without(/crowd-form/g), /no <crowd-form>/],
    ['no crowd-bounding-box', without(/crowd-bounding-box/g), /no <crowd-bounding-box>/],
    [
      'its crowd-bounding-box in a comment',
      boxTemplate().replace('<crowd-b', '<!-- <crowd-b').replace('</crowd-b', '--></crowd-b'),
      /no <crowd-bounding-box>/,
    ],
    ['another name of the answers', boxTemplate().replace('"boundingBox"', '"annotatedResult"'), /name="boundingBox"/],
    ['no image', without(/src="\{\{[^"]*"/), /no src/],
    ['no header', without(/header="Draw a[^"]*"/), /no header/],
    ['no labels', without(/labels="[^"]*"/), /no labels/],
    [
      'labels that are not JSON',
      boxTemplate().replace(' | to_json | escape', ''),
      /labels of the <crowd-bounding-box> is not JSON/,
    ],
    [
      'other labels than the label category file',
      boxTemplate().replace('{{ task.input.labels | to_json | escape }}', "['Cat']"),
      /labels of the label file/,
    ],
    ['no full instructions', without(/<full-instructions.*<\/full-instructions>/), /no <full-instructions>/],
    ['no short instructions', without(/<short-instructions.*<\/short-instructions>/), /no <short-instructions>/],
    ['more than 128,000 characters', boxTemplate().padEnd(128_001), /128000.*128001/],
  ])('rejects a template with %s', async (_what, template, message) => {
    const error = await outcome(template)
    expect(error).toMatch(/^HumanTaskConfig\.UiConfig\.UiTemplateS3Uri: /)
    expect(error).toMatch(message)
  })

  it('accepts a template of 128,000 characters', async () => {
    expect(await outcome(boxTemplate().padEnd(128_000))).toBe('taken')
  })
})

describe('the template of an adjustment', () => {
  const adjust = (template: string, labels?: string[]) => outcome(template, 'AdjustmentBoundingBox', labels)

  it('accepts the boxes of the line as initial value', async () => {
    expect(await adjust(adjustTemplate('drawn'))).toBe('taken')
  })

  it.each([
    ['no initial value', boxTemplate(), /no initial-value/],
    ['the boxes of a missing attribute', adjustTemplate('other'), /does not hold the boxes of a label attribute/],
    ['malformed boxes', boxTemplate('initial-value="[{"'), /initial-value of the <crowd-bounding-box> is not JSON/],
    ['boxes without coordinates', boxTemplate('initial-value="[{label: \'Cat\'}]"'), /must be a list of boxes/],
  ])('rejects a template with %s', async (_what, template, message) => {
    expect(await adjust(template)).toMatch(message)
  })

  it('rejects a box with a label that is not in the label category file', async () => {
    expect(await adjust(adjustTemplate('drawn'), ['Dog'])).toMatch(/a box "Cat", which is not in the label file/)
  })
})

describe('the template of a verification', () => {
  const verify = (template: string) => outcome(template, 'VerificationBoundingBox', VERDICTS)

  it('accepts the labels as categories', async () => {
    expect(await verify(verifyTemplate('drawn'))).toBe('taken')
  })

  it.each([
    ['no crowd-image-classifier', boxTemplate(), /no <crowd-image-classifier>/],
    ['no categories', without(/categories="[^"]*"/, verifyTemplate('drawn')), /no categories/],
    [
      'unknown categories',
      verifyTemplate('drawn').replace('{{ task.input.labels | to_json | escape }}', "['so-so']"),
      /JSON list of labels/,
    ],
    ['a malformed overlay', verifyTemplate('drawn').replace("overlay='{", "overlay='{{"), /overlay|rendered|Liquid/],
  ])('rejects a template with %s', async (_what, template, message) => {
    expect(await verify(template)).toMatch(message)
  })
})

describe('reading the template', () => {
  it('rejects a missing template with its URI', async () => {
    await placeJobFiles(labeling.store.s3)
    const HumanTaskConfig = { UiConfig: { UiTemplateS3Uri: 's3://photos/job/none.liquid' } }
    expect(await describeError(labeling.create({ HumanTaskConfig }))).toContain(
      's3://photos/job/none.liquid cannot be reached',
    )
  })
})
