import type { ResolvedClass, ResolvedClasses } from '../contracts/class-summary.ts'
import { AppError, type Issue } from '../contracts/errors.ts'
import type { ClassCounts } from './class-counts.ts'
import type { ClassDescription } from './class-descriptions.ts'
import type { ClassList } from './class-list.ts'
import { type EdgeChoice, findDescendants } from './hierarchy.ts'
import { type InvalidClassName, lookUpClass } from './look-up-class.ts'

export interface ResolveOptions extends EdgeChoice {
  /** Where the names were given, for the faults. */
  readonly at?: string
}

/**
 * The classes that display names or ids stand for, in request order, with what the dataset holds of them.
 * @throws AppError with a fault for every name that cannot be used: `unknown-class` when one or more is unknown,
 *   else `class-not-boxable`, else `invalid-request` (a class asked for twice, a name that several classes have)
 */
export function resolveClasses(
  requested: readonly string[],
  list: ClassList,
  counts: ClassCounts,
  { includeParts, at = 'body.classNames' }: ResolveOptions,
): ResolvedClasses {
  const lookedUp = refuseRepeated(
    requested.map((name) => lookUpClass(name, list)),
    requested,
    at,
  )
  const bad = lookedUp.flatMap((found, index) => ('code' in found ? [{ ...found, at: `${at}[${index}]` }] : []))
  if (bad.length > 0) throw refusal(bad, requested.length)
  const classes = lookedUp.flatMap((found, index) =>
    'code' in found ? [] : [expand(requested[index] ?? '', found, list, counts, includeParts)],
  )
  return { classes, sharedClassIds: sharedIds(classes) }
}

function refuseRepeated(
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
    const again = JSON.stringify(requested[index])
    const message = `${again} is the same class as ${at}[${first}], ${found.className} (${found.classId}); ask for it once`
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

function sharedIds(classes: readonly ResolvedClass[]): string[] {
  const seen = new Set<string>()
  const shared = new Set<string>()
  for (const id of classes.flatMap(({ classIds }) => classIds)) (seen.has(id) ? shared : seen).add(id)
  return [...shared]
}

function refusal(bad: readonly (InvalidClassName & { readonly at: string })[], total: number): AppError {
  const codes = bad.map(({ code }) => code)
  const code =
    (['unknown-class', 'class-not-boxable'] as const).find((each) => codes.includes(each)) ?? 'invalid-request'
  const faults: Issue[] = bad.map(({ at, message, suggestions }) => ({ at, message, suggestions }))
  const [first] = faults
  const detail =
    faults.length === 1 && first
      ? `${first.at}: ${first.message}.`
      : `${faults.length} of the ${total} classes asked for cannot be used; see errors.`
  return new AppError(code, detail, faults)
}
