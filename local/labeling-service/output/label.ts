import type { ImageSize } from '../objects/boxes.ts'
import type { TaskType } from '../rules/task-type.ts'
import type { BoxAnswer, VerdictAnswer, WorkerAnswer } from '../workers/answers.ts'
import { consolidateBoxes } from '../workers/consolidate-boxes.ts'
import { consolidateVerdicts } from '../workers/consolidate-verdicts.ts'

/** The output for a line: the label, absent if the object failed, and its metadata. */
export interface Label {
  readonly value?: unknown
  readonly metadata: Readonly<Record<string, unknown>>
}

interface LabelContext {
  readonly taskType: TaskType
  readonly job: string
  readonly labels: readonly string[]
  readonly image: ImageSize
  /** Milliseconds since 1970. */
  readonly at: number
}

/**
 * Consolidates the workers' answers to the label of an object.
 * @param answers at least one
 * @see https://docs.aws.amazon.com/sagemaker/latest/dg/sms-data-output.html
 */
export function consolidateLabel(answers: readonly WorkerAnswer[], context: LabelContext): Label {
  const contents = answers.map(({ content }) => content)
  if (context.taskType === 'verify')
    return toVerdictLabel(
      contents.filter((content) => content.kind === 'verdict'),
      context,
    )
  return toBoxLabel(
    contents.filter((content) => content.kind === 'boxes'),
    context,
  )
}

function toBoxLabel(answers: readonly BoxAnswer[], context: LabelContext): Label {
  const { labels, image, taskType } = context
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
      ...commonMetadata(context),
      ...(taskType === 'adjust' && { 'adjustment-status': isAdjusted ? 'adjusted' : 'unadjusted' }),
    },
  }
}

function toVerdictLabel(answers: readonly VerdictAnswer[], context: LabelContext): Label {
  const { label, confidence, comments } = consolidateVerdicts(answers)
  return {
    value: context.labels.indexOf(label),
    metadata: {
      'class-name': label,
      confidence,
      type: 'groundtruth/label-verification',
      ...commonMetadata(context),
      ...(comments.length > 0 && { 'worker-feedback': comments.map((comment) => ({ comment })) }),
    },
  }
}

/** Returns the metadata of every label. The service writes job names in lower case, and times in microseconds without zone. */
const commonMetadata = ({ job, at }: LabelContext) => ({
  'human-annotated': 'yes',
  'creation-date': new Date(at).toISOString().replace('Z', '000'),
  'job-name': `labeling-job/${job.toLowerCase()}`,
})

/** Returns the output for a failed object. Its `human-annotated` is `true`, where labels have `yes`, as in the service. */
export const failedLabel = (reason: string): Label => ({
  metadata: { 'retry-count': 1, 'failure-reason': reason, 'human-annotated': 'true' },
})

/** Returns a failure reason that starts like that of the service for expired tasks. */
export const expiredReason = (why: string): string => `ClientError: Annotation tasks expired. ${why}`
