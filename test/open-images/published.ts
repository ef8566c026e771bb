import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import type { ClassCount, ClassCounts } from '../../shared/open-images/class-counts.ts'
import { parseClassDescriptions } from '../../shared/open-images/class-descriptions.ts'
import { makeClassList } from '../../shared/open-images/class-list.ts'
import { parseHierarchy } from '../../shared/open-images/hierarchy.ts'

/** The bytes of a file of the sample data. */
export const sampleFile = (path: string): Uint8Array =>
  readFileSync(join(import.meta.dirname, '../../local/sample-data', path))

/** The published files of Open Images V4, parsed. */
export const descriptions = parseClassDescriptions(sampleFile('class-descriptions.csv'), 'class-descriptions.csv')
export const boxable = parseClassDescriptions(sampleFile('class-descriptions-boxable.csv'), 'boxable.csv')
export const hierarchy = parseHierarchy(sampleFile('labels-hierarchy.json'), 'labels-hierarchy.json')
export const published = makeClassList({ descriptions, boxable, hierarchy })

/** The id of a boxable class. */
export function idOf(className: string): string {
  const found = boxable.find((description) => description.className === className)
  if (!found) throw new Error(`no boxable class ${className}`)
  return found.classId
}

/** Counts of a dataset that holds these classes and no others. */
export const countsOf = (classes: Record<string, ClassCount>): ClassCounts => ({ imageCount: 9, boxCount: 99, classes })

/** A count whose six numbers are all different: `start`, `start + 1` and so on. */
export const countFrom = (start: number): ClassCount => ({
  images: start,
  boxes: start + 1,
  imagesWithSubclasses: start + 2,
  boxesWithSubclasses: start + 3,
  imagesWithParts: start + 4,
  boxesWithParts: start + 5,
})
