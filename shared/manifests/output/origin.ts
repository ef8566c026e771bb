import * as z from 'zod'
import type { JsonRecord } from './record.ts'

/** The origin of a label, from its metadata. */
export const LabelOrigin = z.object({
  humanAnnotated: z.boolean().optional().describe('False for a label that the service created automatically'),
  createdAt: z.string().optional().describe('As in the file; the service writes it without a time zone'),
  jobName: z.string().optional().describe('As in the file; the service writes it in lower case'),
})
type LabelOrigin = z.infer<typeof LabelOrigin>

/** Failed lines have `"true"` where others have `"yes"`. */
const YES_OR_NO: ReadonlyMap<unknown, boolean> = new Map<unknown, boolean>([
  ...(['yes', 'true', true] as const).map((word) => [word, true] as const),
  ...(['no', 'false', false] as const).map((word) => [word, false] as const),
])

/**
 * Reads the origin of a label. Custom jobs write underscores instead of hyphens. Invalid values are left out, as the label
 * does not depend on them. Pure.
 */
export function readOrigin(metadata: JsonRecord): LabelOrigin {
  const humanAnnotated = YES_OR_NO.get(toLowerCase(metadata['human-annotated'] ?? metadata.human_annotated))
  const createdAt = toText(metadata['creation-date'] ?? metadata.creation_date)
  const jobName = toText(metadata['job-name'] ?? metadata.job_name)?.replace(/^labeling-job\//, '')
  return {
    ...(humanAnnotated !== undefined && { humanAnnotated }),
    ...(createdAt !== undefined && { createdAt }),
    ...(jobName !== undefined && { jobName }),
  }
}

const toText = (value: unknown): string | undefined => (typeof value === 'string' ? value : undefined)
const toLowerCase = (value: unknown): unknown => (typeof value === 'string' ? value.toLowerCase() : value)
