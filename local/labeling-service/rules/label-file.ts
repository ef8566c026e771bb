import * as z from 'zod'
import { FileError } from '../files/s3-files.ts'

const MAX_LABELS = 50

const LabelFile = z.object({
  'document-version': z.literal('2018-11-28'),
  labels: z
    .array(z.object({ label: z.string().min(1).max(256) }))
    .min(1)
    .max(MAX_LABELS),
})

/**
 * Parses a label category configuration file. The index of a label is its `class_id`.
 * @see https://docs.aws.amazon.com/sagemaker/latest/dg/sms-label-cat-config.html
 * @throws FileError for an invalid file
 */
export function parseLabelFile(text: string): readonly string[] {
  const { data, error } = LabelFile.safeParse(parseJson(text))
  if (!data) throw new FileError(`The label category file is invalid: ${z.prettifyError(error)}`)
  const labels = data.labels.map(({ label }) => label)
  const duplicate = labels.find((label, at) => labels.indexOf(label) !== at)
  if (duplicate !== undefined) throw new FileError(`The label category file contains "${duplicate}" more than once`)
  return labels
}

function parseJson(text: string): unknown {
  try {
    return JSON.parse(text)
  } catch {
    throw new FileError('The label category file is not valid JSON')
  }
}
