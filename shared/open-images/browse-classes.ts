import type { ClassSummary } from '../contracts/class-summary.ts'
import { fitPage } from '../contracts/page.ts'
import type { ClassCounts } from './class-counts.ts'
import type { ClassDescription } from './class-descriptions.ts'
import type { ClassList } from './class-list.ts'
import { foldName } from './fold-name.ts'
import { findDescendants } from './hierarchy.ts'

export interface BrowseOptions {
  /** Part of a name or id; case is ignored. */
  readonly search?: string | undefined
  /** `next` of the previous page. */
  readonly after?: string | undefined
  readonly limit: number
}

/**
 * Returns one page of the classes that can have boxes or do have them, sorted by folded name, then id. Pure.
 * @returns `next`, the position of the last item, when there are more
 */
export function browseClasses(
  list: ClassList,
  counts: ClassCounts,
  { search = '', after = '', limit }: BrowseOptions,
): { items: ClassSummary[]; next?: string } {
  const part = foldName(search)
  const found = [...list.boxable, ...list.unlisted]
    .filter(({ className, classId }) => foldName(className).includes(part) || classId.includes(part))
    .map((description) => ({ description, position: toPosition(description) }))
    .filter(({ position }) => position > after)
    .sort((a, b) => (a.position < b.position ? -1 : 1))
  const items = fitPage(summarize(found.slice(0, limit), list, counts))
  const last = found[items.length - 1]
  return last && found.length > items.length ? { items, next: last.position } : { items }
}

/** Names contain no control characters, so the line feed ends the name: `Car` sorts before `Carrot`. */
const toPosition = ({ className, classId }: ClassDescription): string => `${foldName(className)}\n${classId}`

function* summarize(
  found: readonly { readonly description: ClassDescription }[],
  list: ClassList,
  counts: ClassCounts,
): Generator<ClassSummary> {
  for (const { description } of found) yield toSummary(description, list, counts)
}

function toSummary({ className, classId }: ClassDescription, list: ClassList, counts: ClassCounts): ClassSummary {
  const count = counts.classes[classId]
  return {
    className,
    classId,
    imageCount: count?.imagesWithSubclasses ?? 0,
    boxCount: count?.boxesWithSubclasses ?? 0,
    ownImageCount: count?.images ?? 0,
    ownBoxCount: count?.boxes ?? 0,
    subclassCount: findDescendants(list.hierarchy, classId, { includeParts: false }).length - 1,
    parents: findParents(classId, list),
  }
}

function findParents(classId: string, { hierarchy, names }: ClassList): ClassDescription[] {
  return [...(hierarchy.get(classId)?.parents ?? [])].flatMap((parentId) => {
    const className = names.get(parentId)
    return className === undefined ? [] : [{ className, classId: parentId }]
  })
}
