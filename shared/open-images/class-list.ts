import { AppError } from '../contracts/errors.ts'
import type { ClassDescription } from './class-descriptions.ts'
import { foldName } from './fold-name.ts'
import { type Hierarchy, reach } from './hierarchy.ts'
import { type NameSuggester, nameSuggester } from './nearest-names.ts'

/**
 * The classes of a dataset, indexed for resolving and browsing.
 *
 * Boxable classes can be requested. So can a group: a class of the hierarchy that is not boxable itself but has boxable
 * subclasses, which it stands for. (In the published files only the root, `/m/0bl9f`, is one; it has no name.) And so can
 * an unlisted class: one that has boxes, but is missing in the file that should list it.
 */
export interface ClassList {
  readonly hierarchy: Hierarchy
  /** In file order, without groups. */
  readonly boxable: readonly ClassDescription[]
  /** Classes with boxes that are missing in the class descriptions, or in the boxable ones if there are such, by id. */
  readonly unlisted: readonly ClassDescription[]
  /** Boxable classes, unlisted ones and groups. The name of one without a name is its id. */
  readonly byId: ReadonlyMap<string, ClassDescription>
  /** The same by folded name. A boxable class hides others of the same name, and an unlisted one hides groups. */
  readonly byName: ReadonlyMap<string, readonly ClassDescription[]>
  /** All named classes, boxable or not, by folded name. In the published file 274 names belong to several classes. */
  readonly allByName: ReadonlyMap<string, readonly ClassDescription[]>
  /** Names of all named classes, boxable or not. */
  readonly names: ReadonlyMap<string, string>
  /** Suggests names of boxable classes for a mistyped one. */
  readonly suggest: NameSuggester
}

/**
 * The parsed files of a class list. Without `boxable`, a class of `descriptions` is boxable if it occurs in the hierarchy
 * or in the rows.
 */
export interface ClassFiles {
  readonly descriptions: readonly ClassDescription[]
  readonly boxable?: readonly ClassDescription[] | undefined
  readonly hierarchy: Hierarchy
  /** Ids of the classes that have boxes of their own; undefined before the rows are counted. */
  readonly counted?: ReadonlySet<string>
}

/**
 * Builds a class list. Pure.
 * @throws AppError `bad-source` when no class is boxable, so the files cannot belong together
 */
export function buildClassList({
  descriptions,
  boxable: listed,
  hierarchy,
  counted = new Set(),
}: ClassFiles): ClassList {
  const boxable = listed ?? descriptions.filter(({ classId }) => hierarchy.has(classId) || counted.has(classId))
  if (boxable.length === 0)
    throw new AppError(
      'bad-source',
      'The class descriptions must name classes of the hierarchy, but the two files have none in common.',
    )
  const names = new Map([...descriptions, ...boxable].map(({ classId, className }) => [classId, className]))
  const all = [...names].map(([classId, className]) => ({ classId, className }))
  const groups = findGroups(boxable, hierarchy, names)
  const boxableIds = new Set(boxable.map(({ classId }) => classId))
  const unlisted = [...counted]
    .filter((classId) => !boxableIds.has(classId))
    .sort()
    .map((classId) => ({ classId, className: names.get(classId) ?? classId }))
  return {
    hierarchy,
    boxable,
    unlisted,
    byId: new Map([...groups, ...unlisted, ...boxable].map((description) => [description.classId, description])),
    byName: new Map([...groupByName(groups), ...groupByName(unlisted), ...groupByName(boxable)]),
    allByName: groupByName(all),
    names,
    suggest: nameSuggester(boxable.map(({ className }) => className)),
  }
}

const groupByName = (classes: readonly ClassDescription[]): Map<string, ClassDescription[]> =>
  Map.groupBy(classes, ({ className }) => foldName(className))

function findGroups(
  boxable: readonly ClassDescription[],
  hierarchy: Hierarchy,
  names: ReadonlyMap<string, string>,
): ClassDescription[] {
  const boxableIds = new Set(boxable.map(({ classId }) => classId))
  const withAncestors = new Set(reach(boxableIds, (classId) => hierarchy.get(classId)?.parents ?? []))
  const isGroup = (classId: string): boolean => !boxableIds.has(classId) && withAncestors.has(classId)
  return [...hierarchy.keys()].filter(isGroup).map((classId) => ({ classId, className: names.get(classId) ?? classId }))
}
