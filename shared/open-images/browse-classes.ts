import type { ClassSummary } from '../contracts/class-summary.ts'
import type { ClassCounts } from './class-counts.ts'
import type { ClassDescription } from './class-descriptions.ts'
import { type ClassList, foldName } from './class-list.ts'
import { findDescendants } from './hierarchy.ts'

export interface BrowseOptions {
  /** Part of a name or id, in any case. */
  readonly search?: string | undefined
  /** `next` of the page before. */
  readonly after?: string | undefined
  readonly limit: number
}

/**
 * One page of the boxable classes, sorted by folded name, then id.
 * @returns `next` when there are more: the position of the last item
 */
export function browseClasses(
  list: ClassList,
  counts: ClassCounts,
  { search = '', after = '', limit }: BrowseOptions,
): { items: ClassSummary[]; next?: string } {
  const wanted = foldName(search)
  const found = list.boxable
    .filter(({ className, classId }) => foldName(className).includes(wanted) || classId.includes(wanted))
    .map((description) => ({ description, position: positionOf(description) }))
    .filter(({ position }) => position > after)
    .sort((a, b) => (a.position < b.position ? -1 : 1))
  const page = found.slice(0, limit)
  const last = page.at(-1)
  const items = page.map(({ description }) => summarise(description, list, counts))
  return last && found.length > page.length ? { items, next: last.position } : { items }
}

/** Names hold no control characters, so the first one ends the name: `Car` comes before `Carrot`. */
const positionOf = ({ className, classId }: ClassDescription): string => `${foldName(className)}\n${classId}`

function summarise({ className, classId }: ClassDescription, list: ClassList, counts: ClassCounts): ClassSummary {
  const count = counts.classes[classId]
  return {
    className,
    classId,
    imageCount: count?.imagesWithSubclasses ?? 0,
    boxCount: count?.boxesWithSubclasses ?? 0,
    ownImageCount: count?.images ?? 0,
    ownBoxCount: count?.boxes ?? 0,
    subclassCount: findDescendants(list.hierarchy, classId, { includeParts: false }).length - 1,
    parents: parentsOf(classId, list),
  }
}

function parentsOf(classId: string, { hierarchy, names }: ClassList): ClassDescription[] {
  return [...(hierarchy.get(classId)?.parents ?? [])].flatMap((parentId) => {
    const className = names.get(parentId)
    return className === undefined ? [] : [{ className, classId: parentId }]
  })
}
