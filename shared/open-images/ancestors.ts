import { type EdgeChoice, type Hierarchy, reach } from './hierarchy.ts'

/** Lists the classes that an image of a class counts for: the class itself and its ancestors, each once. */
export type AncestorLookup = (classId: string) => readonly string[]

/** Creates a lookup of ancestors. It is the inverse of `findDescendants`. Answers are memoized. */
export function ancestorLookup(hierarchy: Hierarchy, { includeParts }: EdgeChoice): AncestorLookup {
  const known = new Map<string, readonly string[]>()
  const above = (classId: string): string[] => {
    const node = hierarchy.get(classId)
    return [...(node?.parents ?? []), ...((includeParts && node?.wholes) || [])]
  }
  return (classId) => {
    const ancestors = known.get(classId) ?? reach([classId], above)
    known.set(classId, ancestors)
    return ancestors
  }
}
