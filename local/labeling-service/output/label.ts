import type { Task } from '../rules/functions.ts'
import type { Pixels } from '../work/boxes.ts'
import type { BoxAnswer, VerdictAnswer, WorkerAnswer } from '../workers/answers.ts'
import { consolidateBoxes } from '../workers/consolidate-boxes.ts'
import { consolidateVerdicts } from '../workers/consolidate-verdicts.ts'

/** What a line gets: its label, unless it failed, and what is said of that. */
export interface Label {
  readonly value?: unknown
  readonly metadata: Readonly<Record<string, unknown>>
}

interface LabelOf {
  readonly task: Task
  readonly job: string
  readonly labels: readonly string[]
  readonly image: Pixels
  /** Milliseconds since 1970. */
  readonly at: number
}

/**
 * The label of an object that workers answered on.
 * @param answers at least one
 * @see https://docs.aws.amazon.com/sagemaker/latest/dg/sms-data-output.html
 */
export function labelOf(answers: readonly WorkerAnswer[], about: LabelOf): Label {
  const contents = answers.map(({ content }) => content)
  if (about.task === 'verify')
    return verdictLabel(
      contents.filter((content) => content.kind === 'verdict'),
      about,
    )
  return boxLabel(
    contents.filter((content) => content.kind === 'boxes'),
    about,
  )
}

function boxLabel(answers: readonly BoxAnswer[], about: LabelOf): Label {
  const { labels, image, task } = about
  const boxes = consolidateBoxes(
    answers.map((answer) => answer.boxes),
    image,
  )
  const classId = (label: string) => labels.indexOf(label)
  const present = labels.filter((label) => boxes.some((box) => box.label === label))
  const isAdjusted = answers.some(({ modified }) => modified)
  return {
    value: {
      image_size: [{ width: image.width, height: image.height, depth: 3 }],
      annotations: boxes.map(({ label, left, top, width, height }) => ({
        class_id: classId(label),
        top,
        left,
        height,
        width,
      })),
    },
    metadata: {
      objects: boxes.map(({ confidence }) => ({ confidence })),
      'class-map': Object.fromEntries(present.map((label) => [String(classId(label)), label])),
      type: 'groundtruth/object-detection',
      ...madeBy(about),
      ...(task === 'adjust' && { 'adjustment-status': isAdjusted ? 'adjusted' : 'unadjusted' }),
    },
  }
}

function verdictLabel(answers: readonly VerdictAnswer[], about: LabelOf): Label {
  const { label, confidence, comments } = consolidateVerdicts(answers)
  return {
    value: about.labels.indexOf(label),
    metadata: {
      'class-name': label,
      confidence,
      type: 'groundtruth/label-verification',
      ...madeBy(about),
      ...(comments.length > 0 && { 'worker-feedback': comments.map((comment) => ({ comment })) }),
    },
  }
}

/** The service writes job names in lower case, and times with microseconds and no zone. */
const madeBy = ({ job, at }: LabelOf) => ({
  'human-annotated': 'yes',
  'creation-date': new Date(at).toISOString().replace('Z', '000'),
  'job-name': `labeling-job/${job.toLowerCase()}`,
})

/** What the line of an object without a label gets; the service spells it otherwise than for those that have one. */
export const failedLabel = (reason: string): Label => ({
  metadata: { 'retry-count': 1, 'failure-reason': reason, 'human-annotated': 'true' },
})

/** The beginning of what the service says when nobody answered; the rest is ours. */
export const expired = (why: string): string => `ClientError: Annotation tasks expired. ${why}`
