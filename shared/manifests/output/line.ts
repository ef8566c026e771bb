import * as z from 'zod'
import { About } from './about.ts'
import { metadataKey } from './attributes.ts'
import { Boxes } from './boxes.ts'
import { AdjustmentStatus, readFailure, readLabel, type Source } from './label.ts'
import { isRecord, type JsonRecord, ownValue, readRecord } from './record.ts'
import { readAs, truncate, UnreadableLineError } from './unreadable-line.ts'
import { Verdict } from './verdict.ts'

const Image = z.object({ sourceRef: z.string() })
/** Lines of text jobs have no address. */
const AnyObject = Image.partial()

/** The image has these boxes, or surely none. */
export const Labeled = z.object({
  outcome: z.literal('labeled'),
  ...Image.shape,
  ...Boxes.shape,
  ...About.shape,
  adjustmentStatus: AdjustmentStatus.optional().describe(
    'In a job that adjusts what another had made: whether a worker changed anything',
  ),
})

/** Workers judged the labels of another job. */
export const Verified = z.object({ outcome: z.literal('verified'), ...Image.shape, ...Verdict.shape, ...About.shape })

/** The job came to no label. */
export const Failed = z.object({
  outcome: z.literal('failed'),
  ...AnyObject.shape,
  reason: z.string(),
  retryCount: z.int().optional(),
})

/** Neither label nor failure: the job has not come to it yet, or was stopped before. */
export const Unlabeled = z.object({ outcome: z.literal('unlabeled'), ...AnyObject.shape })

/** A label that is no boxes and no verdict; `type` as the file says it. */
export const Foreign = z.object({ outcome: z.literal('foreign'), ...AnyObject.shape, type: z.string(), ...About.shape })

/** Not what the format says: where, and how. */
export const Unreadable = z.object({ outcome: z.literal('unreadable'), ...AnyObject.shape, reason: z.string() })

/** What one line of an output manifest says about one label attribute. */
export const OutputLine = z.discriminatedUnion('outcome', [Labeled, Verified, Failed, Unlabeled, Foreign, Unreadable])
export type OutputLine = z.infer<typeof OutputLine>

const SourceRef = z.string().min(1)

/**
 * What a line says about a label attribute. Never throws: what cannot be read is `unreadable`, with the reason.
 *
 * Nothing that a label consists of is guessed or dropped. A box without a number, a width below 0, more confidences
 * than boxes, a label together with a failure, metadata alone, a key given twice: each makes the line unreadable, as
 * what is left of it could be taken for all. What is odd but clear stays as it is: a box over the image's edge or of no
 * width, a class number that the line's class map does not know (no `className`; the job's label file may know it),
 * fewer confidences than boxes, no image size. Null is the same as missing where something may be missing. What only
 * describes (job, time, who, whether adjusted, how often tried) is left out where it is not understood.
 * @param text the line, with or without its line end; a byte order mark is left out
 * @see https://docs.aws.amazon.com/sagemaker/latest/dg/sms-data-output.html
 */
export function parseOutputLine(text: string, attribute: string): OutputLine {
  let source: Source = {}
  try {
    const record = readRecord(text, ['source-ref', 'source', attribute, metadataKey(attribute)])
    source = sourceOf(record)
    return readLine(record, source, attribute)
  } catch (error) {
    if (!(error instanceof UnreadableLineError)) throw error
    return { outcome: 'unreadable', ...source, reason: error.message }
  }
}

function sourceOf(record: JsonRecord): Source {
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
  if (metadata === undefined) throw new UnreadableLineError(`${key} is missing, which would say what ${name} is`)
  if (!isRecord(metadata)) throw new UnreadableLineError(`${key} is not an object`)
  const hasFailed = Object.hasOwn(metadata, 'failure-reason')
  if (hasLabel && hasFailed) throw new UnreadableLineError(`both ${name} and a failure-reason are there`)
  if (hasFailed) return readFailure(metadata, source)
  if (!hasLabel) throw new UnreadableLineError(`${key} is there without ${name}, and gives no failure-reason`)
  return readLabel(ownValue(record, attribute), metadata, source, name)
}
