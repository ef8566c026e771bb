import type { LineLabel } from '../../../manifests/output/labeled-line.ts'
import { type ClassBox, formatBox, type ImageSize } from '../consolidation/boxes.ts'
import { type Consolidated, consolidateBoxes } from '../consolidation/consolidate-boxes.ts'
import { mergeVerdicts } from '../consolidation/merge-verdicts.ts'
import type { ConsolidationSettings, Skills } from '../consolidation/settings.ts'
import type { Opinion } from '../opinions/opinion.ts'
import { findsMissing } from '../opinions/read-opinions.ts'
import type { Work } from '../work.ts'
import { describeOrigin } from './label-origin.ts'

/** What the label of a line depends on, besides the opinions. */
export interface LabelContext {
  readonly work: Pick<Work, 'job' | 'mode' | 'labels'>
  /** Undefined where the size of the image is not known. */
  readonly image: ImageSize | undefined
  /** The boxes that workers were shown. */
  readonly shown: readonly ClassBox[]
  /** What the worker says who has checked the boxes; undefined where nobody has. */
  readonly check?: Opinion | undefined
  /** When the last opinion came, RFC 3339. */
  readonly at: string
  readonly skills: Skills
  readonly settings: ConsolidationSettings
}

/** A label, and whether somebody should look at it. */
export interface Label {
  readonly label: LineLabel
  readonly isDisputed: boolean
  /** Of a job whose workers draw; otherwise empty. */
  readonly boxes: readonly ClassBox[]
  /** Of a job whose workers verify. */
  readonly verdict: string | undefined
}

/**
 * Merges opinions into the label of a line, as SageMaker writes it. Coordinates are not rounded. What a reviewer has decided
 * is the label, whatever others say. Pure.
 * @param opinions labels only, at least one, in order
 * @param review of a reviewer; a label as well
 * @see https://docs.aws.amazon.com/sagemaker/latest/dg/sms-data-output.html
 */
export const toLabel = (opinions: readonly Opinion[], review: Opinion | undefined, context: LabelContext): Label =>
  context.work.mode === 'verify' ? toVerdictLabel(opinions, review, context) : toBoxLabel(opinions, review, context)

function toBoxLabel(opinions: readonly Opinion[], review: Opinion | undefined, context: LabelContext): Label {
  const { work, image, shown, check, skills, settings } = context
  const merged = review ? toReviewed(review) : consolidateBoxes(opinions, skills, settings, image)
  const { boxes, disputes } = merged
  const present = work.labels.filter((label) => boxes.some(({ className }) => className === label))
  const classId = (label: string): number => work.labels.indexOf(label)
  const isAdjusted = (review ? [review] : opinions).some((opinion) => !isSameSet(opinion.boxes, shown))
  const label: LineLabel = {
    value: {
      ...(image && { image_size: [{ width: image.width, height: image.height, depth: 3 }] }),
      annotations: boxes.map(({ className, left, top, width, height }) => ({
        class_id: classId(className),
        top,
        left,
        height,
        width,
      })),
    },
    metadata: {
      objects: boxes.map(({ confidence }) => ({ confidence })),
      'class-map': Object.fromEntries(present.map((name) => [String(classId(name)), name])),
      type: 'groundtruth/object-detection',
      ...commonMetadata(context),
      ...(work.mode === 'adjust' && { 'adjustment-status': isAdjusted ? 'adjusted' : 'unadjusted' }),
      consolidation: describeOrigin(opinions, { review, check }, merged, skills),
    },
  }
  const isDisputed = disputes.length > 0 || merged.leftOut !== undefined || (!review && findsMissing(check))
  return { label, isDisputed, boxes, verdict: undefined }
}

/** What a reviewer has decided is certain, and no dispute is left. */
const toReviewed = ({ worker, boxes }: Opinion): Consolidated => ({
  boxes: boxes.map((box) => ({
    ...box,
    confidence: 1,
    workers: [worker],
    spread: { left: 0, top: 0, right: 0, bottom: 0 },
  })),
  disputes: [],
})

/** Whether two lists have the same boxes, in any order. Pure. */
export const isSameSet = (boxes: readonly ClassBox[], others: readonly ClassBox[]): boolean =>
  JSON.stringify(boxes.map(formatBox).toSorted()) === JSON.stringify(others.map(formatBox).toSorted())

function toVerdictLabel(opinions: readonly Opinion[], review: Opinion | undefined, context: LabelContext): Label {
  const votes = opinions.map(({ worker, verdict = '' }) => ({ worker, verdict }))
  const merged = review
    ? { verdict: review.verdict ?? '', confidence: 1, isDisputed: false }
    : mergeVerdicts(votes, context.skills)
  const comments = [...opinions, ...(review ? [review] : [])].flatMap(({ comment }) => (comment ? [{ comment }] : []))
  const label: LineLabel = {
    value: context.work.labels.indexOf(merged.verdict),
    metadata: {
      'class-name': merged.verdict,
      confidence: merged.confidence,
      type: 'groundtruth/label-verification',
      ...commonMetadata(context),
      ...(comments.length > 0 && { 'worker-feedback': comments }),
      consolidation: describeOrigin(opinions, { review, check: undefined }, undefined, context.skills),
    },
  }
  return { label, isDisputed: merged.isDisputed, boxes: [], verdict: merged.verdict }
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
