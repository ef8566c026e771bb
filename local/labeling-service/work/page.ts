import * as z from 'zod'
import type { Task } from '../rules/functions.ts'
import { isSameBox, LabeledBox } from './boxes.ts'
import { elementsOnly, findElement } from './elements.ts'
import { parseLooseJson } from './loose-json.ts'
import type { ManifestLine } from './manifest-line.ts'
import { PageFault } from './page-error.ts'
import { priorBoxes } from './prior-boxes.ts'

interface PageOf {
  readonly task: Task
  readonly labels: readonly string[]
  readonly line: ManifestLine
}

/** What a worker is shown beside the image. */
export interface ShownPage {
  /** What the element is called, and so the answer. */
  readonly name: string
  /** Boxes that are there already. */
  readonly boxes: readonly LabeledBox[]
}

type Attributes = ReadonlyMap<string, string>

/**
 * Looks at a rendered page as its elements would. What is to be adjusted must be what the line has; of a line that has
 * nothing, that cannot be said.
 * @throws PageFault that names what is missing or wrong
 */
export function checkPage(html: string, about: PageOf): ShownPage {
  const page = elementsOnly(html)
  const form = findElement(page, 'crowd-form')
  if (!form) throw new PageFault('the page has no <crowd-form>')
  return about.task === 'verify' ? verdictPage(form.content, about) : boxPage(form.content, about)
}

function boxPage(form: string, { task, labels, line }: PageOf): ShownPage {
  const element = findElement(form, 'crowd-bounding-box')
  if (!element) throw new PageFault('the page has no <crowd-bounding-box> in its <crowd-form>')
  const { attributes, content } = element
  if (attributes.get('name') !== 'boundingBox')
    throw new PageFault('the <crowd-bounding-box> must have name="boundingBox": answers are read by it')
  for (const name of ['src', 'header']) assertGiven(attributes, name, 'crowd-bounding-box')
  const shown = z.array(z.string()).safeParse(jsonOf(attributes, 'labels', 'crowd-bounding-box')).data ?? []
  if (shown.toSorted().join('\n') !== labels.toSorted().join('\n'))
    throw new PageFault('labels of the <crowd-bounding-box> must be a JSON list of the labels of the label file')
  for (const name of ['full-instructions', 'short-instructions'])
    if (!findElement(content, name)) throw new PageFault(`the <crowd-bounding-box> has no <${name}>`)
  return { name: 'boundingBox', boxes: task === 'adjust' ? initialBoxes(attributes, labels, line) : [] }
}

function initialBoxes(attributes: Attributes, labels: readonly string[], line: ManifestLine): readonly LabeledBox[] {
  const value = jsonOf(attributes, 'initial-value', 'crowd-bounding-box')
  const { data: boxes } = z.array(LabeledBox).safeParse(value)
  if (!boxes) throw new PageFault('initial-value must be a list of boxes: label, left, top, width, height')
  const stranger = boxes.find(({ label }) => !labels.includes(label))
  if (stranger) throw new PageFault(`initial-value has a box "${stranger.label}", which is not in the label file`)
  const prior = priorBoxes(line)
  if (prior.length > 0 && !prior.some((some) => areSame(some, boxes)))
    throw new PageFault('initial-value does not hold the boxes of a label attribute of the line')
  return boxes
}

const areSame = (some: readonly LabeledBox[], others: readonly LabeledBox[]): boolean =>
  some.length === others.length && some.every((box, at) => others[at] !== undefined && isSameBox(box, others[at]))

function verdictPage(form: string, { labels, line }: PageOf): ShownPage {
  const element = findElement(form, 'crowd-image-classifier')
  if (!element) throw new PageFault('the page has no <crowd-image-classifier> in its <crowd-form>')
  const { attributes } = element
  for (const name of ['name', 'src', 'header']) assertGiven(attributes, name, 'crowd-image-classifier')
  const { data: categories } = z
    .array(z.string())
    .min(1)
    .safeParse(jsonOf(attributes, 'categories', 'crowd-image-classifier'))
  const stranger = categories?.find((category) => !labels.includes(category))
  if (!categories || stranger !== undefined)
    throw new PageFault('categories of the <crowd-image-classifier> must be a JSON list of labels of the label file')
  const prior = priorBoxes(line).at(-1)
  return { name: attributes.get('name') ?? '', boxes: attributes.has('overlay') ? overlaid(attributes) : (prior ?? []) }
}

const Overlay = z.object({ boundingBox: z.object({ value: z.array(LabeledBox) }) })

function overlaid(attributes: Attributes): readonly LabeledBox[] {
  const { data } = Overlay.safeParse(jsonOf(attributes, 'overlay', 'crowd-image-classifier'))
  if (!data) throw new PageFault('overlay must be {"boundingBox": {"labels": [...], "value": [boxes]}}')
  return data.boundingBox.value
}

function assertGiven(attributes: Attributes, name: string, element: string): void {
  if (!attributes.get(name)) throw new PageFault(`the <${element}> has no ${name}`)
}

function jsonOf(attributes: Attributes, name: string, element: string): unknown {
  assertGiven(attributes, name, element)
  try {
    return parseLooseJson(attributes.get(name) ?? '')
  } catch {
    throw new PageFault(`${name} of the <${element}> is not JSON: ${attributes.get(name)?.slice(0, 200)}`)
  }
}
