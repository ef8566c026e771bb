import { describe, expect, it } from '@jest/globals'
import { faultOf, labelingForSuite } from './running-server.ts'
import {
  adjustTemplate,
  boxMembers,
  boxTemplate,
  functionsOf,
  labelFile,
  linesOf,
  placeJobFiles,
  type Task,
  VERDICTS,
  verifyTemplate,
} from './valid-request.ts'

const labeling = labelingForSuite()

const [first] = linesOf(1)
const lines = [first ?? '', { ...first, ...boxMembers('drawn', [10, 20, 30, 40]) }]

let count = 0
const outcome = async (template: string, task: Task = 'BoundingBox', labels = ['Cat', 'Dog']) => {
  await placeJobFiles(labeling.store.s3, { lines, template, labels: labelFile(labels) })
  try {
    await labeling.create({ LabelingJobName: `job-${count++}`, HumanTaskConfig: functionsOf(task) })
    return 'taken'
  } catch (error) {
    return error instanceof Error ? error.message : String(error)
  }
}

const without = (text: string | RegExp, template = boxTemplate()) => template.replace(text, '')

describe('the template of a box job', () => {
  it('may say escape or not, and have labels written out', async () => {
    expect(await outcome(without(' | escape'))).toBe('taken')
  })

  it('may have labels with quotes and brackets', async () => {
    expect(await outcome(boxTemplate(), 'BoundingBox', ['"A" & <b>', "it's"])).toBe('taken')
  })

  it.each([
    ['Liquid', boxTemplate('{% if %}'), /the template is no Liquid/],
    ['known filters', boxTemplate('title="{{ task.input.taskObject | no_such_filter }}"'), /no_such_filter/],
    ['files of its own', boxTemplate('{% include "package.json" %}'), /does not render/],
    ['an end', boxTemplate('{% for a in (1..100000000) %}{% endfor %}'), /does not render/],
    ['a form', without(/crowd-form/g), /no <crowd-form>/],
    ['its element', without(/crowd-bounding-box/g), /no <crowd-bounding-box>/],
    [
      'its element outside of comments',
      boxTemplate().replace('<crowd-b', '<!-- <crowd-b').replace('</crowd-b', '--></crowd-b'),
      /no <crowd-bounding-box>/,
    ],
    [
      'the name that answers are read by',
      boxTemplate().replace('"boundingBox"', '"annotatedResult"'),
      /name="boundingBox"/,
    ],
    ['an image', without(/src="\{\{[^"]*"/), /no src/],
    ['a header', without(/header="Draw a[^"]*"/), /no header/],
    ['labels', without(/labels="[^"]*"/), /no labels/],
    [
      'labels that are JSON',
      boxTemplate().replace(' | to_json | escape', ''),
      /labels of the <crowd-bounding-box> is not JSON/,
    ],
    [
      'the labels of the file',
      boxTemplate().replace('{{ task.input.labels | to_json | escape }}', "['Cat']"),
      /labels of the label file/,
    ],
    ['full instructions', without(/<full-instructions.*<\/full-instructions>/), /no <full-instructions>/],
    ['short instructions', without(/<short-instructions.*<\/short-instructions>/), /no <short-instructions>/],
    ['at most 128,000 characters', boxTemplate().padEnd(128_001), /128001 characters; 128000 are allowed/],
  ])('must have %s', async (_what, template, message) => {
    const fault = await outcome(template)
    expect(fault).toMatch(/^HumanTaskConfig\.UiConfig\.UiTemplateS3Uri: /)
    expect(fault).toMatch(message)
  })

  it('may have 128,000 characters', async () => {
    expect(await outcome(boxTemplate().padEnd(128_000))).toBe('taken')
  })
})

describe('the template of an adjustment', () => {
  const adjust = (template: string, labels?: string[]) => outcome(template, 'AdjustmentBoundingBox', labels)

  it('shows the boxes of the line', async () => {
    expect(await adjust(adjustTemplate('drawn'))).toBe('taken')
  })

  it.each([
    ['boxes', boxTemplate(), /no initial-value/],
    ['boxes of an attribute that is there', adjustTemplate('other'), /does not hold the boxes of a label attribute/],
    [
      'boxes that can be read',
      boxTemplate('initial-value="[{"'),
      /initial-value of the <crowd-bounding-box> is not JSON/,
    ],
    ['boxes with all their edges', boxTemplate('initial-value="[{label: \'Cat\'}]"'), /must be a list of boxes/],
  ])('must have %s', async (_what, template, message) => {
    expect(await adjust(template)).toMatch(message)
  })

  it('must not show a label that is not in the label file', async () => {
    expect(await adjust(adjustTemplate('drawn'), ['Dog'])).toMatch(/a box "Cat", which is not in the label file/)
  })
})

describe('the template of a verification', () => {
  const verify = (template: string) => outcome(template, 'VerificationBoundingBox', VERDICTS)

  it('asks for one of the labels', async () => {
    expect(await verify(verifyTemplate('drawn'))).toBe('taken')
  })

  it.each([
    ['its element', boxTemplate(), /no <crowd-image-classifier>/],
    ['categories', without(/categories="[^"]*"/, verifyTemplate('drawn')), /no categories/],
    [
      'categories of the label file',
      verifyTemplate('drawn').replace('{{ task.input.labels | to_json | escape }}', "['so-so']"),
      /JSON list of labels/,
    ],
    [
      'an overlay that can be read',
      verifyTemplate('drawn').replace("overlay='{", "overlay='{{"),
      /overlay|does not render|no Liquid/,
    ],
  ])('must have %s', async (_what, template, message) => {
    expect(await verify(template)).toMatch(message)
  })
})

describe('a template that cannot be read', () => {
  it('is told with its address', async () => {
    await placeJobFiles(labeling.store.s3)
    const HumanTaskConfig = { UiConfig: { UiTemplateS3Uri: 's3://photos/job/none.liquid' } }
    expect(await faultOf(labeling.create({ HumanTaskConfig }))).toContain(
      's3://photos/job/none.liquid cannot be reached',
    )
  })
})
