import { AppError } from '../contracts/errors.ts'
import type { ClassDescription } from './class-descriptions.ts'
import { findDescendants, type Hierarchy } from './hierarchy.ts'

/**
 * The classes of a dataset, as resolving and browsing look them up.
 *
 * Boxable classes can be asked for. So can a group: a class of the hierarchy that is not boxable itself but has
 * boxable subclasses, for which it stands. (Published: only the root, `/m/0bl9f`, which has no name.)
 */
export interface ClassList {
  readonly hierarchy: Hierarchy
  /** In file order, without groups. */
  readonly boxable: readonly ClassDescription[]
  /** Boxable classes and groups. A group that has no name is called by its id. */
  readonly byId: ReadonlyMap<string, ClassDescription>
  /** Boxable classes and groups, by folded name; a boxable class hides a group of its name. */
  readonly byName: ReadonlyMap<string, readonly ClassDescription[]>
  /** Every class that has a name, boxable or not, by folded name; 274 published names belong to several. */
  readonly allByName: ReadonlyMap<string, readonly ClassDescription[]>
  /** Every class that has a name, boxable or not. */
  readonly names: ReadonlyMap<string, string>
}

/**
 * What a class list is made of. Without `boxable`, those of the full list are boxable that occur in the hierarchy, or
 * that were counted in the rows.
 */
export interface ClassFiles {
  readonly descriptions: readonly ClassDescription[]
  readonly boxable?: readonly ClassDescription[] | undefined
  readonly hierarchy: Hierarchy
  /** Ids of the classes that have boxes; unknown before the rows were counted. */
  readonly counted?: ReadonlySet<string>
}

/** @throws AppError `bad-source` when no class is boxable, so that the files cannot belong together */
export function buildClassList({ descriptions, boxable: listed, hierarchy, counted }: ClassFiles): ClassList {
  const boxable = listed ?? descriptions.filter(({ classId }) => hierarchy.has(classId) || counted?.has(classId))
  if (boxable.length === 0)
    throw new AppError(
      'bad-source',
      'The class descriptions name no class of the hierarchy: the two files do not belong together.',
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

/** A name as it is compared: Unicode composed, trimmed, in lower case. */
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
