import type { Mode } from '../../contracts/built-in-functions.ts'
import type { LabelingJobRequest } from '../../contracts/labeling-job.ts'

/** A request with everything filled in that it leaves out, but for what the labeling service has defaults for. */
export interface JobOptions extends LabelingJobRequest {
  readonly labelAttributeName: string
  readonly taskTitle: string
  readonly taskDescription: string
  readonly shortInstructions: string
  readonly fullInstructions: string
  readonly roleArn: string
}

const MOST_TITLE = 128

const TASKS: Readonly<Record<Mode, (what: string) => string>> = {
  draw: (what) => `Draw a box around every ${what}`,
  adjust: (what) => `Mend the boxes around every ${what}`,
  verify: (what) => `Say whether the boxes around every ${what} are right`,
}

const GUIDANCE: Readonly<Record<Mode, string>> = {
  draw: 'Draw each box close around all that can be seen of the object. Draw one box for each object, also where objects overlap. Submit without a box where there is none of them in the image.',
  adjust:
    'Some boxes are there already. Move, resize, add and delete boxes until there is one close around each object, with the right class. Submit as it is where nothing is wrong.',
  verify:
    'The boxes are right where each of the objects has one close around it, with the right class, and nothing else has one.',
}

/**
 * Fills in what a request leaves out. Pure.
 * @param continued the label attribute of the job that is continued
 * @param roles those that a job may run with
 */
export function withDefaults(
  request: LabelingJobRequest,
  classNames: readonly string[],
  continued: string | undefined,
  roles: readonly string[],
): JobOptions {
  const what = TASKS[request.mode]
  const title = what(listed(classNames))
  const guidance = GUIDANCE[request.mode]
  return {
    ...request,
    labelAttributeName: request.labelAttributeName ?? continued ?? 'labels',
    taskTitle: request.taskTitle ?? (isPlain(title) ? title : what(`object of the ${classNames.length} classes`)),
    taskDescription: request.taskDescription ?? guidance,
    shortInstructions: request.instructions?.short ?? `${what(listed(classNames))}.`,
    fullInstructions: request.instructions?.full ?? `${guidance}\n\nClasses: ${classNames.join(', ')}.`,
    roleArn: request.roleArn ?? roles[0] ?? '',
  }
}

/** `Cat, Dog or Tree` */
function listed(names: readonly string[]): string {
  const last = names.at(-1) ?? 'object'
  return names.length < 2 ? last : `${names.slice(0, -1).join(', ')} or ${last}`
}

/** Whether the service takes it as a title. */
const isPlain = (title: string): boolean => title.length <= MOST_TITLE && !/[^\t\n\r -\uD7FF\uE000-\uFFFD]/.test(title)
