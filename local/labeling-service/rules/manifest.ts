import { linesOf } from '../files/lines.ts'
import { FileError } from '../files/s3-files.ts'
import { type ManifestLine, parseLine } from '../work/manifest-line.ts'
import { hasPriorBoxes } from '../work/prior-boxes.ts'
import type { Task } from './functions.ts'

const MOST_LINES = 100_000
const MOST_LINE_CHARACTERS = 100_000
const MOST_ATTRIBUTE_CHARACTERS = 20_000
/** A character has up to three bytes of UTF-8 for each of the units that JavaScript counts. */
const MOST_LINE_BYTES = MOST_LINE_CHARACTERS * 3

/**
 * Holds a manifest against the service's rules.
 * @returns a line to try the template with: the first that is to be labeled, with boxes if the task is about some
 * @see https://docs.aws.amazon.com/sagemaker/latest/dg/input-data-limits.html
 * @throws FileError that names the line
 */
export async function checkManifest(
  chunks: AsyncIterable<Uint8Array>,
  attribute: string,
  task: Task,
): Promise<ManifestLine | undefined> {
  let count = 0
  let sample: ManifestLine | undefined
  let hasBoxes = false
  for await (const text of linesOf(chunks, MOST_LINE_BYTES)) {
    count++
    if (count > MOST_LINES) throw new FileError(`the manifest has more than ${MOST_LINES} lines`)
    const line = checkedLine(text, count)
    if (Object.hasOwn(line, attribute)) {
      if (task !== 'draw') assertContinued(line, attribute, count)
      continue
    }
    if (hasBoxes || (sample && task === 'draw')) continue
    hasBoxes = hasPriorBoxes(line)
    if (hasBoxes || !sample) sample = line
  }
  if (count === 0) throw new FileError('the manifest is empty')
  if (!sample && task !== 'draw') throw new FileError(`every line has "${attribute}" already; choose another attribute`)
  return sample
}

function checkedLine(text: string, number: number): ManifestLine {
  if (text.length > MOST_LINE_CHARACTERS)
    throw new FileError(`line ${number} has ${text.length} characters; ${MOST_LINE_CHARACTERS} are allowed`)
  const line = parseLine(text)
  if (typeof line === 'string') throw new FileError(`line ${number}: ${line}`)
  for (const [name, value] of Object.entries(line)) {
    if (name.startsWith('$')) throw new FileError(`line ${number}: "${name}" begins with $`)
    const { length } = text.length > MOST_ATTRIBUTE_CHARACTERS ? JSON.stringify(value) : ''
    if (length > MOST_ATTRIBUTE_CHARACTERS)
      throw new FileError(
        `line ${number}: "${name}" has ${length} characters; ${MOST_ATTRIBUTE_CHARACTERS} are allowed`,
      )
  }
  return line
}

/**
 * What is adjusted or verified must not be overwritten. The output of such a job that was stopped has its attribute as
 * well, and may be gone on with: it tells so itself.
 */
function assertContinued(line: ManifestLine, attribute: string, number: number): void {
  const metadata = Object.hasOwn(line, `${attribute}-metadata`) ? line[`${attribute}-metadata`] : undefined
  const isOurs =
    typeof metadata === 'object' &&
    metadata !== null &&
    ('adjustment-status' in metadata || ('type' in metadata && metadata.type === 'groundtruth/label-verification'))
  if (!isOurs)
    throw new FileError(
      `line ${number} has labels "${attribute}"; adjusting or verifying needs another LabelAttributeName`,
    )
}
