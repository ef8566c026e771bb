import * as z from 'zod'
import type { LabeledBox } from './boxes.ts'
import { isRecord, type ManifestLine, ownMember } from './manifest-line.ts'

const Annotations = z.object({
  annotations: z.array(
    z.object({ class_id: z.int(), left: z.number(), top: z.number(), width: z.number(), height: z.number() }),
  ),
})
const Metadata = z.object({ 'class-map': z.record(z.string(), z.string()) })

/**
 * Returns the boxes of each label attribute of the line, which may be empty. Skips attributes without metadata, or with a
 * class id that is missing in the class map.
 */
export function priorBoxes(line: ManifestLine): readonly (readonly LabeledBox[])[] {
  return Object.entries(line).flatMap(([name, value]) => {
    if (!isRecord(value)) return []
    const { data } = Annotations.safeParse(value)
    const { data: metadata } = Metadata.safeParse(ownMember(line, `${name}-metadata`))
    if (!data || !metadata) return []
    const boxes = data.annotations.map(({ class_id, ...shape }) => {
      const label = ownMember(metadata['class-map'], String(class_id))
      return typeof label === 'string' ? { label, ...shape } : undefined
    })
    const known = boxes.filter((box) => box !== undefined)
    return known.length === boxes.length ? [known] : []
  })
}

export const hasPriorBoxes = (line: ManifestLine): boolean => priorBoxes(line).some((boxes) => boxes.length > 0)
