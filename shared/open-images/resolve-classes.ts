import type { ResolvedClass, ResolvedClasses } from '../contracts/class-summary.ts'
import { AppError, type Issue } from '../contracts/errors.ts'
import type { ClassCounts } from './class-counts.ts'
import type { ClassDescription } from './class-descriptions.ts'
import type { ClassList } from './class-list.ts'
import { foldName } from './fold-name.ts'
import { type EdgeChoice, findDescendants } from './hierarchy.ts'
import { type InvalidClassName, lookUpClass } from './look-up-class.ts'
import { MAX_SUGGESTION_STEPS } from './nearest-names.ts'

export interface ResolveOptions extends EdgeChoice {
  /** Where the names were given in the request, for the issues. */
  readonly at?: string
}

/** Class ids that one request can mean, with all subclasses. A batch stores and shows them. */
export const MAX_CLASS_IDS = 20_000

/**
 * Resolves display names or ids to classes, in request order, with their counts in the dataset. Pure.
 * @throws AppError with an issue for every name that cannot be used: `unknown-class` when at least one is unknown,
 *   otherwise `class-not-boxable`, otherwise `invalid-request` (a repeated class, or a name that several classes have);
 *   `invalid-request` when the classes have too many subclasses together
 */
export function resolveClasses(
  requested: readonly string[],
  list: ClassList,
  counts: ClassCounts,
  { includeParts, at = 'body.classNames' }: ResolveOptions,
): ResolvedClasses {
  const budget = { steps: MAX_SUGGESTION_STEPS }
  const lookedUp = rejectRepeated(
    requested.map((name) => lookUpClass(name, list, budget)),
    requested,
    at,
  )
  const invalid = lookedUp.flatMap((found, index) => ('code' in found ? [{ ...found, at: `${at}[${index}]` }] : []))
  if (invalid.length > 0) throw toError(invalid, requested.length)
  const classes: ResolvedClass[] = []
  let ids = 0
  for (const [index, found] of lookedUp.entries()) {
    if ('code' in found) continue
    const resolved = expand(requested[index] ?? '', found, list, counts, includeParts)
    ids += resolved.classIds.length
    if (ids > MAX_CLASS_IDS) throw tooManyIds(at)
    classes.push(resolved)
  }
  return { classes, sharedClassIds: findSharedIds(classes) }
}

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

function rejectRepeated(
  lookedUp: readonly (ClassDescription | InvalidClassName)[],
  requested: readonly string[],
  at: string,
): (ClassDescription | InvalidClassName)[] {
  const firsts = new Map<string, number>()
  return lookedUp.map((found, index) => {
    if ('code' in found) return found
    const first = firsts.get(found.classId)
    if (first === undefined) {
      firsts.set(found.classId, index)
      return found
    }
    const name = JSON.stringify(requested[index])
    const message = `must name each class once: ${name} is the same as ${at}[${first}], ${found.className} (${found.classId})`
    return { code: 'invalid-request', message, suggestions: [] }
  })
}

function expand(
  requested: string,
  { classId, className }: ClassDescription,
  list: ClassList,
  counts: ClassCounts,
  includeParts: boolean,
): ResolvedClass {
  const classIds = findDescendants(list.hierarchy, classId, { includeParts })
  const count = counts.classes[classId]
  return {
    requested,
    className,
    classId,
    classIds,
    subclasses: classIds.slice(1).map((id) => ({ classId: id, className: list.names.get(id) ?? id })),
    imageCount: (includeParts ? count?.imagesWithParts : count?.imagesWithSubclasses) ?? 0,
    boxCount: (includeParts ? count?.boxesWithParts : count?.boxesWithSubclasses) ?? 0,
  }
}

function findSharedIds(classes: readonly ResolvedClass[]): string[] {
  const seen = new Set<string>()
  const shared = new Set<string>()
  for (const id of classes.flatMap(({ classIds }) => classIds)) (seen.has(id) ? shared : seen).add(id)
  return [...shared]
}

function tooManyIds(at: string): AppError {
  const message = `must have at most ${MAX_CLASS_IDS} class ids with all subclasses, and they have more: request fewer classes, or more specific ones`
  return new AppError('invalid-request', `${at}: ${message}.`, [{ at, message }])
}

function toError(invalid: readonly (InvalidClassName & { readonly at: string })[], total: number): AppError {
  const codes = invalid.map(({ code }) => code)
  const code =
    (['unknown-class', 'class-not-boxable'] as const).find((each) => codes.includes(each)) ?? 'invalid-request'
  const issues: Issue[] = invalid.map(({ at, message, suggestions }) => ({ at, message, suggestions }))
  const [first] = issues
  const detail =
    issues.length === 1 && first
      ? `${first.at}: ${first.message}.`
      : `${issues.length} of the ${total} requested classes cannot be used; see errors.`
  return new AppError(code, detail, issues)
}
