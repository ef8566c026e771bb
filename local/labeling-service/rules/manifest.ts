import { splitLines } from '../files/lines.ts'
import { FileError } from '../files/s3-files.ts'
import { type ManifestLine, parseLine } from '../objects/manifest-line.ts'
import { hasPriorBoxes } from '../objects/prior-boxes.ts'
import type { TaskType } from './task-type.ts'

const MAX_LINES = 100_000
const MAX_LINE_CHARACTERS = 100_000
const MAX_ATTRIBUTE_CHARACTERS = 20_000
/** A UTF-16 code unit takes up to three bytes in UTF-8. */
const MAX_LINE_BYTES = MAX_LINE_CHARACTERS * 3

/**
 * Checks a manifest against the rules of the service.
 * @returns a sample line to test the template: the first line to label, with prior boxes if the task type needs them
 * @see https://docs.aws.amazon.com/sagemaker/latest/dg/input-data-limits.html
 * @throws FileError with the line number
 */
export async function checkManifest(
  chunks: AsyncIterable<Uint8Array>,
  attribute: string,
  task: TaskType,
): Promise<ManifestLine | undefined> {
  let count = 0
  let sample: ManifestLine | undefined
  let hasBoxes = false
  for await (const text of splitLines(chunks, MAX_LINE_BYTES)) {
    count++
    if (count > MAX_LINES) throw new FileError(`The manifest has more than ${MAX_LINES} lines`)
    const line = parseCheckedLine(text, count)
    if (Object.hasOwn(line, attribute)) {
      if (task !== 'draw') assertChained(line, attribute, count)
      continue
    }
    if (hasBoxes || (sample && task === 'draw')) continue
    hasBoxes = hasPriorBoxes(line)
    if (hasBoxes || !sample) sample = line
  }
  if (count === 0) throw new FileError('The manifest is empty')
  if (!sample && task !== 'draw') throw new FileError(`Every line already has "${attribute}"; choose another attribute`)
  return sample
}

function parseCheckedLine(text: string, number: number): ManifestLine {
  if (text.length > MAX_LINE_CHARACTERS)
    throw new FileError(`Line ${number} must have at most ${MAX_LINE_CHARACTERS} characters, not ${text.length}`)
  const line = parseLine(text)
  if (typeof line === 'string') throw new FileError(`Line ${number}: ${line}`)
  for (const [name, value] of Object.entries(line)) {
    if (name.startsWith('$')) throw new FileError(`Line ${number}: "${name}" must not start with $`)
    const { length } = text.length > MAX_ATTRIBUTE_CHARACTERS ? JSON.stringify(value) : ''
    if (length > MAX_ATTRIBUTE_CHARACTERS)
      throw new FileError(
        `Line ${number}: "${name}" must have at most ${MAX_ATTRIBUTE_CHARACTERS} characters, not ${length}`,
      )
  }
  return line
}

/**
 * Asserts that an adjustment or verification does not overwrite its input labels. The output of a stopped job of the same
 * type may be the input of the next one; its metadata identifies it.
 */
function assertChained(line: ManifestLine, attribute: string, number: number): void {
  const metadata = Object.hasOwn(line, `${attribute}-metadata`) ? line[`${attribute}-metadata`] : undefined
  const isOurs =
    typeof metadata === 'object' &&
    metadata !== null &&
    ('adjustment-status' in metadata || ('type' in metadata && metadata.type === 'groundtruth/label-verification'))
  if (!isOurs)
    throw new FileError(
      `Line ${number} already has labels "${attribute}"; adjustment and verification need another LabelAttributeName`,
    )
}
