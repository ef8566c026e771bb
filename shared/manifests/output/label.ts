import * as z from 'zod'
import { readAbout } from './about.ts'
import { metadataKey } from './attributes.ts'
import { readBoxes } from './boxes.ts'
import type { JsonRecord } from './record.ts'
import { readAs, UnreadableLineError } from './unreadable-line.ts'
import { readVerdict } from './verdict.ts'

/** The object that a line is about; lines of text jobs have no address. */
export interface Source {
  readonly sourceRef?: string
}

export const AdjustmentStatus = z.enum(['adjusted', 'unadjusted'])

const Type = z.object({ type: z.string() })
const RetryCount = z.int().min(0)

/**
 * A label, by what its metadata says that it is.
 * @param attribute what the label is called, for the reason
 * @throws UnreadableLine
 */
export function readLabel(value: unknown, metadata: JsonRecord, source: Source, attribute: string) {
  const { type } = readAs(Type, metadata, metadataKey(attribute))
  const about = readAbout(metadata)
  switch (type.toLowerCase()) {
    case 'groundtruth/object-detection': {
      const boxes = readBoxes(value, metadata, attribute)
      const status = AdjustmentStatus.safeParse(metadata['adjustment-status'])
      const adjustment = status.success && { adjustmentStatus: status.data }
      return { outcome: 'labeled', ...imageOf(source), ...boxes, ...about, ...adjustment } as const
    }
    case 'groundtruth/label-verification':
      return { outcome: 'verified', ...imageOf(source), ...readVerdict(value, metadata, attribute), ...about } as const
    default:
      return { outcome: 'foreign', ...source, type, ...about } as const
  }
}

/** Why there is no label, known by its key: the texts of the service are not all known. */
export function readFailure(metadata: JsonRecord, source: Source) {
  const reason = metadata['failure-reason']
  const retryCount = RetryCount.safeParse(metadata['retry-count'])
  return {
    outcome: 'failed',
    ...source,
    reason: typeof reason === 'string' ? reason : 'the failure-reason is no text',
    ...(retryCount.success && { retryCount: retryCount.data }),
  } as const
}

function imageOf({ sourceRef }: Source): { readonly sourceRef: string } {
  if (sourceRef === undefined) throw new UnreadableLineError('no source-ref, only a source: such labels need an image')
  return { sourceRef }
}
