import type { LineLabel } from '../../../manifests/output/labeled-line.ts'
import type { ClassBox, ImageSize } from '../consolidation/boxes.ts'
import { consolidateBoxes } from '../consolidation/consolidate-boxes.ts'
import { mergeVerdicts } from '../consolidation/merge-verdicts.ts'
import { DEFAULT_SETTINGS, type Skills } from '../consolidation/settings.ts'
import type { Opinion } from '../opinions/opinion.ts'
import type { Work } from '../work.ts'

/** What the label of a line depends on, besides the opinions. */
export interface LabelContext {
  readonly work: Pick<Work, 'job' | 'mode' | 'labels'>
  /** Undefined where the size of the image is not known. */
  readonly image: ImageSize | undefined
  /** The boxes that workers were shown. */
  readonly shown: readonly ClassBox[]
  /** When the last opinion came, RFC 3339. */
  readonly at: string
}

/** All workers count the same. */
const EQUAL_SKILLS: Skills = new Map()

/**
 * Merges opinions into the label of a line, as SageMaker writes it. Coordinates are not rounded. Pure.
 * @param opinions labels only, at least one, in order
 * @see https://docs.aws.amazon.com/sagemaker/latest/dg/sms-data-output.html
 */
export const toLabel = (opinions: readonly Opinion[], context: LabelContext): LineLabel =>
  context.work.mode === 'verify' ? toVerdictLabel(opinions, context) : toBoxLabel(opinions, context)

function toBoxLabel(opinions: readonly Opinion[], context: LabelContext): LineLabel {
  const { work, image, shown } = context
  const { boxes: merged } = consolidateBoxes(opinions, EQUAL_SKILLS, DEFAULT_SETTINGS, image)
  const present = work.labels.filter((label) => merged.some(({ className }) => className === label))
  const classId = (label: string): number => work.labels.indexOf(label)
  const isAdjusted = opinions.some(({ boxes }) => !isSameSet(boxes, shown))
  return {
    value: {
      ...(image && { image_size: [{ width: image.width, height: image.height, depth: 3 }] }),
      annotations: merged.map(({ className, left, top, width, height }) => ({
        class_id: classId(className),
        top,
        left,
        height,
        width,
      })),
    },
    metadata: {
      objects: merged.map(({ confidence }) => ({ confidence })),
      'class-map': Object.fromEntries(present.map((label) => [String(classId(label)), label])),
      type: 'groundtruth/object-detection',
      ...commonMetadata(context),
      ...(work.mode === 'adjust' && { 'adjustment-status': isAdjusted ? 'adjusted' : 'unadjusted' }),
    },
  }
}

/** Whether two lists have the same boxes, in any order. Pure. */
export const isSameSet = (boxes: readonly ClassBox[], others: readonly ClassBox[]): boolean =>
  JSON.stringify(boxes.map(toText).toSorted()) === JSON.stringify(others.map(toText).toSorted())

const toText = ({ className, left, top, width, height }: ClassBox): string =>
  JSON.stringify([className, left, top, width, height])

function toVerdictLabel(opinions: readonly Opinion[], context: LabelContext): LineLabel {
  const { verdict, confidence } = mergeVerdicts(
    opinions.map(({ worker, verdict = '' }) => ({ worker, verdict })),
    EQUAL_SKILLS,
  )
  const comments = opinions.flatMap(({ comment }) => (comment ? [{ comment }] : []))
  return {
    value: context.work.labels.indexOf(verdict),
    metadata: {
      'class-name': verdict,
      confidence,
      type: 'groundtruth/label-verification',
      ...commonMetadata(context),
      ...(comments.length > 0 && { 'worker-feedback': comments }),
    },
  }
}

/** Returns the metadata of every label. SageMaker writes job names in lower case, and times in microseconds without zone. */
const commonMetadata = ({ work, at }: LabelContext) => ({
  'human-annotated': 'yes',
  'creation-date': new Date(at).toISOString().replace('Z', '000'),
  'job-name': `labeling-job/${work.job.toLowerCase()}`,
})

/** Returns what a line gets that failed. Its `human-annotated` is `true`, where labels have `yes`, as SageMaker writes it. Pure. */
export const failedLabel = (reason: string): LineLabel => ({
  metadata: { 'retry-count': 1, 'failure-reason': reason, 'human-annotated': 'true' },
})
