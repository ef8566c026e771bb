import * as z from 'zod'
import { metadataKey } from './attributes.ts'
import { Boxes } from './boxes.ts'
import { LabelConsolidation } from './consolidation.ts'
import { AdjustmentStatus, readFailure, readLabel, type Source } from './label.ts'
import { LabelOrigin } from './origin.ts'
import { isRecord, type JsonRecord, ownValue, readRecord } from './record.ts'
import { readAs, truncate, UnreadableLineError } from './unreadable-line.ts'
import { Verdict } from './verdict.ts'

const Image = z.object({ sourceRef: z.string().min(1).describe('URI of the image, as in the file') })
/** Lines of text jobs have no URI. */
const AnyObject = Image.partial()

/** The image has these boxes; none if the list is empty. */
export const Labeled = z.object({
  outcome: z.literal('labeled'),
  ...Image.shape,
  ...Boxes.shape,
  ...LabelOrigin.shape,
  adjustmentStatus: AdjustmentStatus.optional().describe(
    'For a job that adjusts existing boxes: whether a worker changed any',
  ),
  ...LabelConsolidation.shape,
})

/** Workers verified existing labels. The boxes are theirs, and absent where the line does not have them. */
export const Verified = z.object({
  outcome: z.literal('verified'),
  ...Image.shape,
  ...Verdict.shape,
  ...Boxes.partial().shape,
  ...LabelOrigin.shape,
  ...LabelConsolidation.shape,
})

/** The job failed to label the object. */
export const Failed = z.object({
  outcome: z.literal('failed'),
  ...AnyObject.shape,
  reason: z.string().describe('Why, as the service reports it'),
  retryCount: z.int().min(0).optional().describe('How often the service tried again'),
})

/** Neither label nor failure: the job has not labeled the object yet, or was stopped before. */
export const Unlabeled = z.object({ outcome: z.literal('unlabeled'), ...AnyObject.shape })

/** A label of another type than boxes or a verdict; `type` is as in the file. */
export const Foreign = z.object({
  outcome: z.literal('foreign'),
  ...AnyObject.shape,
  type: z.string().describe('Type of the label, as in the file'),
  ...LabelOrigin.shape,
})

/** The line does not match the format; `reason` says where and why. */
export const Unreadable = z.object({
  outcome: z.literal('unreadable'),
  ...AnyObject.shape,
  reason: z.string().describe('Where the line is wrong, and why'),
})

/** One line of an output manifest, as it is for one label attribute. */
export const OutputLine = z.discriminatedUnion('outcome', [Labeled, Verified, Failed, Unlabeled, Foreign, Unreadable])
export type OutputLine = z.infer<typeof OutputLine>

const SourceRef = z.string().min(1)

/**
 * Parses a line for one label attribute. Never throws: a line that cannot be read is `unreadable`, with the reason. Pure.
 *
 * No part of a label is guessed or dropped. A box without a coordinate, a width below 0, more confidences than boxes, a
 * label together with a failure, metadata without a label or a duplicate key make the line unreadable, as the rest could
 * be mistaken for the whole label. Values that are unusual but clear are kept: a box that exceeds the image or has no
 * width, a class that is not in the class map of the line (no `className`; the label file of the job may have it), fewer
 * confidences than boxes, no image size. Null counts as missing where a value is optional. Invalid descriptive metadata
 * (job, time, whether people labeled it, whether it was adjusted, retries) is left out.
 *
 * @param text the line, with or without its line end; a byte order mark is ignored
 * @example
 * parseOutputLine('{"source-ref":"s3://bucket/a.jpg"}', 'labels') // { outcome: 'unlabeled', sourceRef: 's3://bucket/a.jpg' }
 * @see https://docs.aws.amazon.com/sagemaker/latest/dg/sms-data-output.html
 */
export function parseOutputLine(text: string, attribute: string): OutputLine {
  let source: Source = {}
  try {
    const record = readRecord(text, ['source-ref', 'source', attribute, metadataKey(attribute)])
    source = parseSource(record)
    return readLine(record, source, attribute)
  } catch (error) {
    if (!(error instanceof UnreadableLineError)) throw error
    return { outcome: 'unreadable', ...source, reason: error.message }
  }
}

function parseSource(record: JsonRecord): Source {
  const sourceRef = ownValue(record, 'source-ref')
  if (sourceRef !== undefined) return { sourceRef: readAs(SourceRef, sourceRef, 'source-ref') }
  if (ownValue(record, 'source') === undefined) throw new UnreadableLineError('no source-ref')
  return {}
}

function readLine(record: JsonRecord, source: Source, attribute: string): OutputLine {
  const [name, key] = [truncate(attribute), metadataKey(truncate(attribute))]
  const metadata = ownValue(record, metadataKey(attribute))
  const hasLabel = Object.hasOwn(record, attribute)
  if (metadata === undefined && !hasLabel) return { outcome: 'unlabeled', ...source }
  if (metadata === undefined) throw new UnreadableLineError(`${key} is missing, which gives the type of ${name}`)
  if (!isRecord(metadata)) throw new UnreadableLineError(`${key} is not an object`)
  const hasFailed = Object.hasOwn(metadata, 'failure-reason')
  if (hasLabel && hasFailed) throw new UnreadableLineError(`both ${name} and a failure-reason are present`)
  if (hasFailed) return readFailure(metadata, source)
  if (!hasLabel) throw new UnreadableLineError(`${key} is present without ${name} and without a failure-reason`)
  return readLabel(ownValue(record, attribute), metadata, source, name)
}
