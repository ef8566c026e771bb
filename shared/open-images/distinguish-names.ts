import type { ClassDescription } from './class-descriptions.ts'
import { foldName } from './class-list.ts'

/**
 * Adds its id to the name of each class that has the name of another one, as in `Crane (/m/05)`. Labels, manifests and
 * jobs of a batch know its classes by name only, so that two classes of one name would become one. Names that differ in
 * case or Unicode composition only are the same. Pure.
 * @param classes of different ids
 */
export function distinguishNames<Class extends ClassDescription>(classes: readonly Class[]): Class[] {
  const sameNamed = Map.groupBy(classes, ({ className }) => foldName(className))
  const isUnique = ({ className }: Class): boolean => sameNamed.get(foldName(className))?.length === 1
  if (classes.every(isUnique)) return [...classes]
  // A name that was made may be that of a third class.
  return distinguishNames(
    classes.map((each) => (isUnique(each) ? each : { ...each, className: `${each.className} (${each.classId})` })),
  )
}
