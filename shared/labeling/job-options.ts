import type { Mode } from '../contracts/built-in-functions.ts'
import type { Issue } from '../contracts/errors.ts'
import type { Engine } from '../contracts/labeler.ts'
import type { CompleteJobRequest } from '../contracts/labeling-job-request.ts'

/** A request with its defaults filled in, except for those that SageMaker has itself. */
export interface JobOptions extends CompleteJobRequest {
  readonly labelAttributeName: string
  readonly taskTitle: string
  readonly taskDescription: string
  readonly shortInstructions: string
  readonly fullInstructions: string
}

const MAX_TITLE_CHARACTERS = 128

const TASKS: Readonly<Record<Mode, (what: string) => string>> = {
  draw: (what) => `Draw a box around every ${what}`,
  adjust: (what) => `Correct the boxes around every ${what}`,
  verify: (what) => `Check the boxes around every ${what}`,
}

const GUIDANCE: Readonly<Record<Mode, string>> = {
  draw: 'Draw each box close around the visible part of the object. Draw one box for each object, even where objects overlap. If the image shows none of the objects, say that there is nothing, without drawing a box.',
  adjust:
    'Some boxes are already drawn. Move, resize, add and delete boxes until each object has one box close around it, with the right class. If everything is right, submit the image as it is.',
  verify:
    'The boxes are correct if each object has one box close around it, with the right class, and nothing else has a box.',
}

/** The verdicts that workers choose from in the mode `verify`. */
const VERDICTS = ['correct', 'incorrect']

/** Returns the labels that workers choose from, in the order of their `class_id`: the requested classes, or verdicts. Pure. */
export const toLabels = (mode: Mode, classNames: readonly string[]): readonly string[] =>
  mode === 'verify' ? VERDICTS : classNames

/** The label attribute of a job whose images have no such labels yet. */
const LABELS = 'labels'
/** In place of {@link LABELS} where the images have these already. */
const NEXT_ATTRIBUTE = { adjust: 'adjusted', verify: 'verified' } as const

/**
 * Returns the label attribute of a job that names none: `labels`; where the images have that already, `adjusted` or
 * `verified`, with a number if need be. A job that draws has no other, so that nobody labels the same images twice by
 * mistake. Pure.
 * @param taken the label attributes that the images have
 */
export function defaultAttribute(mode: Mode, taken: readonly string[]): string {
  if (mode === 'draw' || !taken.includes(LABELS)) return LABELS
  const name = NEXT_ATTRIBUTE[mode]
  const used = taken.filter((one) => one === name || one.startsWith(`${name}-`))
  const numbered = Array.from({ length: used.length }, (_, index) => `${name}-${index + 2}`)
  return [name, ...numbered].find((one) => !used.includes(one)) ?? name
}

/**
 * Fills in the defaults of a request. Pure.
 * @param attribute label attribute of a request that names none
 * @param roles ARNs of the roles that a job at SageMaker may run with; the first is the default
 */
export function withDefaults(
  request: CompleteJobRequest,
  classNames: readonly string[],
  attribute: string,
  roles: readonly string[],
): JobOptions {
  const describeTask = TASKS[request.mode]
  const title = describeTask(joinNames(classNames))
  const guidance = GUIDANCE[request.mode]
  const shortTitle = describeTask(`object of the ${classNames.length} classes`)
  return {
    ...request,
    labelAttributeName: request.labelAttributeName ?? attribute,
    taskTitle: request.taskTitle ?? (isValidTitle(title) ? title : shortTitle),
    taskDescription: request.taskDescription ?? guidance,
    shortInstructions: request.instructions?.short ?? `${title}.`,
    fullInstructions: request.instructions?.full ?? `${guidance}\n\nClasses: ${classNames.join(', ')}.`,
    ...(request.engine === 'sagemaker' && { roleArn: request.roleArn ?? roles[0] ?? '' }),
  }
}

/** `Cat, Dog or Tree` */
function joinNames(names: readonly string[]): string {
  const last = names.at(-1) ?? 'object'
  return names.length < 2 ? last : `${names.slice(0, -1).join(', ')} or ${last}`
}

/** Whether the service accepts a title. */
const isValidTitle = (title: string): boolean =>
  title.length <= MAX_TITLE_CHARACTERS && !/[^\t\n\r -\uD7FF\uE000-\uFFFD]/.test(title)

/** Finds fields that only the other engine takes. Pure. @param fields why this engine has no use for each of them */
export const findForeignFields = (
  options: JobOptions,
  fields: Partial<Record<keyof JobOptions, string>>,
  engine: Engine,
  other: Engine,
): Issue[] =>
  Object.entries(fields)
    .filter(([field]) => options[field as keyof JobOptions] !== undefined)
    .map(([field, why]) => ({
      at: `body.${field}`,
      message: `must be left out for the engine "${engine}": ${why}; the engine "${other}" takes it`,
    }))
