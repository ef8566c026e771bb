import { isRecord } from '../objects/manifest-line.ts'
import type { Label } from './label.ts'

/**
 * Renders the output manifest. Lines without a result are unchanged, so that another job can label them.
 * @param labels serialized `Label` by line number
 */
export const renderOutputManifest = (
  lines: readonly string[],
  labels: ReadonlyMap<number, string>,
  attribute: string,
): string => lines.map((line, at) => `${addLabel(line, labels.get(at), attribute)}\n`).join('')

function addLabel(line: string, label: string | undefined, attribute: string): string {
  if (label === undefined) return line
  const members: unknown = JSON.parse(line)
  // Only `job-data.ts` serializes labels.
  const { value, metadata } = JSON.parse(label) as Label
  if (!isRecord(members)) return line
  const labeled = value === undefined ? {} : { [attribute]: value }
  return JSON.stringify({ ...members, ...labeled, [`${attribute}-metadata`]: metadata })
}
