import * as z from 'zod'
import { readAs } from './unreadable-line.ts'

/** The verdict of workers on existing labels. */
export const Verdict = z.object({
  verdict: z.string().describe('Name of the verdict'),
  verdictId: z.int().min(0).describe('Index of the verdict in the label file of the job, from 0'),
  confidence: z.number().optional().describe('0 to 1; comparable only within one job, and not a probability'),
  workerFeedback: z.array(z.string()).optional().describe('Comments of workers'),
})
type Verdict = z.infer<typeof Verdict>

/** The example in the AWS documentation has a string, other output a number. */
const Value = z.union(
  [
    z.int().min(0),
    z
      .string()
      .regex(/^\d{1,9}$/)
      .transform(Number),
  ],
  {
    error: 'must be the index of a verdict',
  },
)

const Metadata = z.object({
  'class-name': z.string(),
  confidence: z.number().nullish(),
  'worker-feedback': z.array(z.object({ comment: z.string() })).nullish(),
})

/** Reads the verdict of a label. Pure. @throws UnreadableLineError */
export function readVerdict(value: unknown, metadata: unknown, attribute: string): Verdict {
  const verdictId = readAs(Value, value, attribute)
  const details = readAs(Metadata, metadata, `${attribute}-metadata`)
  const feedback = details['worker-feedback']
  return {
    verdict: details['class-name'],
    verdictId,
    ...(typeof details.confidence === 'number' && { confidence: details.confidence }),
    ...(feedback && { workerFeedback: feedback.map(({ comment }) => comment) }),
  }
}
