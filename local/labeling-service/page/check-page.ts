import * as z from 'zod'
import { isSameBox, LabeledBox } from '../objects/boxes.ts'
import type { ManifestLine } from '../objects/manifest-line.ts'
import { priorBoxes } from '../objects/prior-boxes.ts'
import type { TaskType } from '../rules/task-type.ts'
import { findElement, stripNonElements } from './elements.ts'
import { parseLooseJson } from './loose-json.ts'
import { PageError } from './page-error.ts'

interface PageContext {
  readonly taskType: TaskType
  readonly labels: readonly string[]
  readonly line: ManifestLine
}

/** What a worker page shows beside the image. */
export interface WorkerPage {
  /** Name of the crowd element, which is also the name of the answer. */
  readonly name: string
  /** Boxes that are shown initially. */
  readonly boxes: readonly LabeledBox[]
}

type Attributes = ReadonlyMap<string, string>

/**
 * Checks a rendered page as its crowd elements do. For an adjustment, the initial boxes must be those of the line, if it
 * has any.
 * @throws PageError that names the missing or invalid part
 */
export function checkPage(html: string, context: PageContext): WorkerPage {
  const page = stripNonElements(html)
  const form = findElement(page, 'crowd-form')
  if (!form) throw new PageError('the page has no <crowd-form>')
  return context.taskType === 'verify' ? checkVerdictPage(form.content, context) : checkBoxPage(form.content, context)
}

function checkBoxPage(form: string, { taskType, labels, line }: PageContext): WorkerPage {
  const element = findElement(form, 'crowd-bounding-box')
  if (!element) throw new PageError('the page has no <crowd-bounding-box> in its <crowd-form>')
  const { attributes, content } = element
  if (attributes.get('name') !== 'boundingBox')
    throw new PageError('the <crowd-bounding-box> must have name="boundingBox", the name of its answers')
  for (const name of ['src', 'header']) assertAttribute(attributes, name, 'crowd-bounding-box')
  const shown = z.array(z.string()).safeParse(parseJsonAttribute(attributes, 'labels', 'crowd-bounding-box')).data ?? []
  if (shown.toSorted().join('\n') !== labels.toSorted().join('\n'))
    throw new PageError('labels of the <crowd-bounding-box> must be a JSON list of the labels of the label file')
  for (const name of ['full-instructions', 'short-instructions'])
    if (!findElement(content, name)) throw new PageError(`the <crowd-bounding-box> has no <${name}>`)
  return { name: 'boundingBox', boxes: taskType === 'adjust' ? parseInitialBoxes(attributes, labels, line) : [] }
}

function parseInitialBoxes(
  attributes: Attributes,
  labels: readonly string[],
  line: ManifestLine,
): readonly LabeledBox[] {
  const value = parseJsonAttribute(attributes, 'initial-value', 'crowd-bounding-box')
  const { data: boxes } = z.array(LabeledBox).safeParse(value)
  if (!boxes) throw new PageError('initial-value must be a list of boxes: label, left, top, width, height')
  const unknown = boxes.find(({ label }) => !labels.includes(label))
  if (unknown) throw new PageError(`initial-value has a box "${unknown.label}", which is not in the label file`)
  const prior = priorBoxes(line)
  if (prior.length > 0 && !prior.some((candidate) => areSameBoxes(candidate, boxes)))
    throw new PageError('initial-value does not hold the boxes of a label attribute of the line')
  return boxes
}

const areSameBoxes = (a: readonly LabeledBox[], b: readonly LabeledBox[]): boolean =>
  a.length === b.length && a.every((box, at) => b[at] !== undefined && isSameBox(box, b[at]))

function checkVerdictPage(form: string, { labels, line }: PageContext): WorkerPage {
  const element = findElement(form, 'crowd-image-classifier')
  if (!element) throw new PageError('the page has no <crowd-image-classifier> in its <crowd-form>')
  const { attributes } = element
  for (const name of ['name', 'src', 'header']) assertAttribute(attributes, name, 'crowd-image-classifier')
  const { data: categories } = z
    .array(z.string())
    .min(1)
    .safeParse(parseJsonAttribute(attributes, 'categories', 'crowd-image-classifier'))
  const unknown = categories?.find((category) => !labels.includes(category))
  if (!categories || unknown !== undefined)
    throw new PageError('categories of the <crowd-image-classifier> must be a JSON list of labels of the label file')
  const prior = priorBoxes(line).at(-1)
  return {
    name: attributes.get('name') ?? '',
    boxes: attributes.has('overlay') ? parseOverlay(attributes) : (prior ?? []),
  }
}

const Overlay = z.object({ boundingBox: z.object({ value: z.array(LabeledBox) }) })

function parseOverlay(attributes: Attributes): readonly LabeledBox[] {
  const { data } = Overlay.safeParse(parseJsonAttribute(attributes, 'overlay', 'crowd-image-classifier'))
  if (!data) throw new PageError('overlay must be {"boundingBox": {"labels": [...], "value": [boxes]}}')
  return data.boundingBox.value
}

function assertAttribute(attributes: Attributes, name: string, element: string): void {
  if (!attributes.get(name)) throw new PageError(`the <${element}> has no ${name}`)
}

function parseJsonAttribute(attributes: Attributes, name: string, element: string): unknown {
  assertAttribute(attributes, name, element)
  try {
    return parseLooseJson(attributes.get(name) ?? '')
  } catch {
    throw new PageError(`${name} of the <${element}> is not JSON: ${attributes.get(name)?.slice(0, 200)}`)
  }
}
