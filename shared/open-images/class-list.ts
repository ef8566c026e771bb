import { AppError } from '../contracts/errors.ts'
import type { ClassDescription } from './class-descriptions.ts'
import { findDescendants, type Hierarchy } from './hierarchy.ts'

/**
 * The classes of a dataset, indexed for resolving and browsing.
 *
 * Boxable classes can be requested. So can a group: a class of the hierarchy that is not boxable itself but has boxable
 * subclasses, which it stands for. (In the published files only the root, `/m/0bl9f`, is one; it has no name.)
 */
export interface ClassList {
  readonly hierarchy: Hierarchy
  /** In file order, without groups. */
  readonly boxable: readonly ClassDescription[]
  /** Boxable classes and groups. The name of a group without one is its id. */
  readonly byId: ReadonlyMap<string, ClassDescription>
  /** Boxable classes and groups, by folded name. A boxable class hides a group of the same name. */
  readonly byName: ReadonlyMap<string, readonly ClassDescription[]>
  /** All named classes, boxable or not, by folded name. In the published file 274 names belong to several classes. */
  readonly allByName: ReadonlyMap<string, readonly ClassDescription[]>
  /** Names of all named classes, boxable or not. */
  readonly names: ReadonlyMap<string, string>
}

/**
 * The parsed files of a class list. Without `boxable`, a class of `descriptions` is boxable if it occurs in the hierarchy
 * or in the rows.
 */
export interface ClassFiles {
  readonly descriptions: readonly ClassDescription[]
  readonly boxable?: readonly ClassDescription[] | undefined
  readonly hierarchy: Hierarchy
  /** Ids of the classes that have boxes; undefined before the rows are counted. */
  readonly counted?: ReadonlySet<string>
}

/**
 * Builds a class list. Pure.
 * @throws AppError `bad-source` when no class is boxable, so the files cannot belong together
 */
export function buildClassList({ descriptions, boxable: listed, hierarchy, counted }: ClassFiles): ClassList {
  const boxable = listed ?? descriptions.filter(({ classId }) => hierarchy.has(classId) || counted?.has(classId))
  if (boxable.length === 0)
    throw new AppError(
      'bad-source',
      'The class descriptions must name classes of the hierarchy, but the two files have none in common.',
    )
  const names = new Map([...descriptions, ...boxable].map(({ classId, className }) => [classId, className]))
  const all = [...names].map(([classId, className]) => ({ classId, className }))
  const groups = findGroups(boxable, hierarchy, names)
  return {
    hierarchy,
    boxable,
    byId: new Map([...groups, ...boxable].map((description) => [description.classId, description])),
    byName: new Map([...groupByName(groups), ...groupByName(boxable)]),
    allByName: groupByName(all),
    names,
  }
}

/** Folds a name for comparisons: Unicode composed, trimmed, in lower case. Pure. */
export const foldName = (name: string): string => name.normalize('NFC').trim().toLowerCase()

const groupByName = (classes: readonly ClassDescription[]): Map<string, ClassDescription[]> =>
  Map.groupBy(classes, ({ className }) => foldName(className))

function findGroups(
  boxable: readonly ClassDescription[],
  hierarchy: Hierarchy,
  names: ReadonlyMap<string, string>,
): ClassDescription[] {
  const boxableIds = new Set(boxable.map(({ classId }) => classId))
  const isGroup = (classId: string): boolean =>
    !boxableIds.has(classId) &&
    findDescendants(hierarchy, classId, { includeParts: false }).some((id) => boxableIds.has(id))
  return [...hierarchy.keys()].filter(isGroup).map((classId) => ({ classId, className: names.get(classId) ?? classId }))
}
