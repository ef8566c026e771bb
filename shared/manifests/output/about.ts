import * as z from 'zod'
import type { JsonRecord } from './record.ts'

/** What a label's metadata tells of how it came about. */
export const About = z.object({
  humanAnnotated: z.boolean().optional().describe('False where the service labeled by itself'),
  createdAt: z.string().optional().describe("As the file says it: the service's own has no zone"),
  jobName: z.string().optional().describe("In the service's own files in lower case, whatever the job was called"),
})
type About = z.infer<typeof About>

/** Failed lines say `"true"` where others say `"yes"`. */
const YES_OR_NO: ReadonlyMap<unknown, boolean> = new Map<unknown, boolean>([
  ...(['yes', 'true', true] as const).map((word) => [word, true] as const),
  ...(['no', 'false', false] as const).map((word) => [word, false] as const),
])

/** Reads it. Jobs of a custom kind write underscores. What is not understood is left out: the label does not hang on it. */
export function readAbout(metadata: JsonRecord): About {
  const humanAnnotated = YES_OR_NO.get(lowerCase(metadata['human-annotated'] ?? metadata.human_annotated))
  const createdAt = textOf(metadata['creation-date'] ?? metadata.creation_date)
  const jobName = textOf(metadata['job-name'] ?? metadata.job_name)?.replace(/^labeling-job\//, '')
  return {
    ...(humanAnnotated !== undefined && { humanAnnotated }),
    ...(createdAt !== undefined && { createdAt }),
    ...(jobName !== undefined && { jobName }),
  }
}

const textOf = (value: unknown): string | undefined => (typeof value === 'string' ? value : undefined)
const lowerCase = (value: unknown): unknown => (typeof value === 'string' ? value.toLowerCase() : value)
