import * as z from 'zod'
import { readAs } from './unreadable-line.ts'

/** What workers said of the labels that another job had made. */
export const Verdict = z.object({
  verdict: z.string(),
  verdictId: z.int().describe("The verdict's place in the job's label file, from 0"),
  confidence: z.number().optional(),
  workerFeedback: z.array(z.string()).optional().describe('Comments, where somebody left any'),
})
type Verdict = z.infer<typeof Verdict>

/** The guide's example writes the number as a string, other output as a number. */
const Value = z.union(
  [
    z.int().min(0),
    z
      .string()
      .regex(/^\d{1,9}$/)
      .transform(Number),
  ],
  {
    error: 'must be the number of a verdict',
  },
)

const Metadata = z.object({
  'class-name': z.string(),
  confidence: z.number().nullish(),
  'worker-feedback': z.array(z.object({ comment: z.string() })).nullish(),
})

/** The verdict of a label. @throws UnreadableLine */
export function readVerdict(value: unknown, metadata: unknown, attribute: string): Verdict {
  const verdictId = readAs(Value, value, attribute)
  const said = readAs(Metadata, metadata, `${attribute}-metadata`)
  const feedback = said['worker-feedback']
  return {
    verdict: said['class-name'],
    verdictId,
    ...(typeof said.confidence === 'number' && { confidence: said.confidence }),
    ...(feedback && { workerFeedback: feedback.map(({ comment }) => comment) }),
  }
}
