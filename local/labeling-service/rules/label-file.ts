import * as z from 'zod'
import { FileError } from '../files/s3-files.ts'

const MOST_LABELS = 50

const LabelFile = z.object({
  'document-version': z.literal('2018-11-28'),
  labels: z
    .array(z.object({ label: z.string().min(1).max(256) }))
    .min(1)
    .max(MOST_LABELS),
})

/**
 * The labels of a label category configuration file; a label's place is its `class_id`.
 * @see https://docs.aws.amazon.com/sagemaker/latest/dg/sms-label-cat-config.html
 * @throws FileError that says what is wrong with it
 */
export function readLabels(text: string): readonly string[] {
  const { data, error } = LabelFile.safeParse(parsed(text))
  if (!data) throw new FileError(`the label category file is not as it must be: ${z.prettifyError(error)}`)
  const labels = data.labels.map(({ label }) => label)
  const twice = labels.find((label, at) => labels.indexOf(label) !== at)
  if (twice !== undefined) throw new FileError(`the label category file has "${twice}" twice`)
  return labels
}

function parsed(text: string): unknown {
  try {
    return JSON.parse(text)
  } catch {
    throw new FileError('the label category file is not JSON')
  }
}
