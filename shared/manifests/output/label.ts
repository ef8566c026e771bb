import * as z from 'zod'
import { metadataKey } from './attributes.ts'
import { readBoxes } from './boxes.ts'
import { readConsolidation } from './consolidation.ts'
import { readOrigin } from './origin.ts'
import type { JsonRecord } from './record.ts'
import { readAs, UnreadableLineError } from './unreadable-line.ts'
import { readVerdict } from './verdict.ts'

/** The object of a line. Lines of text jobs have no URI. */
export interface Source {
  readonly sourceRef?: string
}

export const AdjustmentStatus = z.enum(['adjusted', 'unadjusted'])

const Type = z.object({ type: z.string() })
const RetryCount = z.int().min(0)

/**
 * Reads a label by the type in its metadata. Pure.
 * @param attribute name of the label attribute, for the error message
 * @throws UnreadableLineError
 */
export function readLabel(value: unknown, metadata: JsonRecord, source: Source, attribute: string) {
  const { type } = readAs(Type, metadata, metadataKey(attribute))
  const origin = readOrigin(metadata)
  switch (type.toLowerCase()) {
    case 'groundtruth/object-detection': {
      const { boxes, ...image } = readBoxes(value, metadata, attribute)
      const consolidation = readConsolidation(metadata)
      const status = AdjustmentStatus.safeParse(metadata['adjustment-status'])
      const adjustment = status.success && { adjustmentStatus: status.data }
      return {
        outcome: 'labeled',
        ...requireImage(source),
        boxes: boxes.map((box, index) => ({ ...box, ...consolidation.boxes[index] })),
        ...image,
        ...origin,
        ...adjustment,
        ...consolidation.label,
      } as const
    }
    case 'groundtruth/label-verification':
      return {
        outcome: 'verified',
        ...requireImage(source),
        ...readVerdict(value, metadata, attribute),
        ...origin,
        ...readConsolidation(metadata).label,
      } as const
    default:
      return { outcome: 'foreign', ...source, type, ...origin } as const
  }
}

/** Reads the failure of an object. Pure. */
export function readFailure(metadata: JsonRecord, source: Source) {
  const reason = metadata['failure-reason']
  const retryCount = RetryCount.safeParse(metadata['retry-count'])
  return {
    outcome: 'failed',
    ...source,
    reason: typeof reason === 'string' ? reason : 'the failure-reason is not a string',
    ...(retryCount.success && { retryCount: retryCount.data }),
  } as const
}

function requireImage({ sourceRef }: Source): { readonly sourceRef: string } {
  if (sourceRef === undefined)
    throw new UnreadableLineError('no source-ref, only a source: labels of this type need an image')
  return { sourceRef }
}
