import { isRecord } from '../work/manifest-line.ts'
import type { Label } from './label.ts'

/**
 * The lines with what became of them: those without a label as they came in, so that another job can go on with them.
 * @param labels JSON of a Label each, by line
 */
export const outputManifest = (
  lines: readonly string[],
  labels: ReadonlyMap<number, string>,
  attribute: string,
): string => lines.map((line, at) => `${withLabel(line, labels.get(at), attribute)}\n`).join('')

function withLabel(line: string, label: string | undefined, attribute: string): string {
  if (label === undefined) return line
  const members: unknown = JSON.parse(line)
  // Only `work.ts` writes these.
  const { value, metadata } = JSON.parse(label) as Label
  if (!isRecord(members)) return line
  const labeled = value === undefined ? {} : { [attribute]: value }
  return JSON.stringify({ ...members, ...labeled, [`${attribute}-metadata`]: metadata })
}
