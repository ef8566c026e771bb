import { type EdgeChoice, type Hierarchy, reach } from './hierarchy.ts'

/**
 * A look-up, for counting: the classes that an image of a class counts for, which are the class itself and
 * all those above it, each once. It is the inverse of `descendantsOf`: A is above B when B is below A.
 * Each answer is worked out once and kept.
 */
export function ancestorLookup(
  hierarchy: Hierarchy,
  { includeParts }: EdgeChoice,
): (classId: string) => readonly string[] {
  const kept = new Map<string, readonly string[]>()
  const above = (classId: string): string[] => {
    const node = hierarchy.get(classId)
    return [...(node?.parents ?? []), ...((includeParts && node?.wholes) || [])]
  }
  return (classId) => {
    const ancestors = kept.get(classId) ?? reach(classId, above)
    kept.set(classId, ancestors)
    return ancestors
  }
}
