import { readFileSync } from 'node:fs'
import { findDescendants, parseHierarchy } from '../../shared/open-images/hierarchy.ts'
import { CLASS_FILES } from '../api-calls.ts'
import { classShares } from '../data/shares.ts'

export interface NamedClass {
  readonly classId: string
  readonly className: string
}

/** Returns the most frequent classes without subclasses. Each of them is one list of the index. */
export function frequentClasses(count: number): NamedClass[] {
  const hierarchy = parseHierarchy(readFileSync(CLASS_FILES['labels-hierarchy.json']), 'labels-hierarchy.json')
  const names = boxableNames()
  const isAlone = (classId: string): boolean =>
    findDescendants(hierarchy, classId, { includeParts: false }).every((each) => each === classId)
  return classShares()
    .filter(({ classId }) => isAlone(classId))
    .toSorted((one, other) => other.images - one.images)
    .slice(0, count)
    .map(({ classId }) => ({ classId, className: names.get(classId) ?? classId }))
}

function boxableNames(): Map<string, string> {
  const lines = readFileSync(CLASS_FILES['class-descriptions-boxable.csv'], 'utf8').trimEnd().split('\n')
  return new Map(
    lines.map((line) => {
      const comma = line.indexOf(',')
      return [line.slice(0, comma), line.slice(comma + 1).trim()] as const
    }),
  )
}
