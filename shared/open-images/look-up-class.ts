import type { ErrorCode } from '../contracts/errors.ts'
import type { ClassDescription } from './class-descriptions.ts'
import { type ClassList, foldName } from './class-list.ts'
import { nearestNames } from './nearest-names.ts'

/** Why a requested class cannot be used, and what could be meant. */
export interface InvalidClassName {
  readonly code: Extract<ErrorCode, 'unknown-class' | 'class-not-boxable' | 'invalid-request'>
  readonly message: string
  readonly suggestions: readonly string[]
}

/**
 * The class that a display name or an id stands for. Boxable classes come first, so a name that a boxable class
 * shares with others means the boxable one; a name that only others have is refused.
 */
export function lookUpClass(requested: string, list: ClassList): ClassDescription | InvalidClassName {
  const key = foldName(requested)
  const byId = list.byId.get(key)
  const [found, ...others] = byId ? [byId] : (list.byName.get(key) ?? [])
  if (found) return others.length === 0 ? found : ambiguous(requested, [found, ...others])
  const className = list.names.get(key)
  const unboxed = className === undefined ? list.allByName.get(key) : [{ classId: key, className }]
  return unboxed?.[0] ? notBoxable(unboxed[0].className, unboxed, list) : unknown(requested, list)
}

function unknown(requested: string, list: ClassList): InvalidClassName {
  const suggestions = near(requested, list)
  const hint = suggestions.length > 0 ? nearText(suggestions) : 'browse the classes of the dataset to see them all'
  return { code: 'unknown-class', message: `${quote(requested)} is no class of this dataset; ${hint}`, suggestions }
}

function notBoxable(className: string, classes: readonly ClassDescription[], list: ClassList): InvalidClassName {
  const suggestions = near(className, list)
  const hint = suggestions.length > 0 ? `; ${nearText(suggestions)}` : ''
  const reason = `is known, but not one of the ${list.boxable.length} classes of this dataset that have boxes`
  return { code: 'class-not-boxable', message: `${quote(className)} (${idsOf(classes)}) ${reason}${hint}`, suggestions }
}

const ambiguous = (requested: string, classes: readonly ClassDescription[]): InvalidClassName => ({
  code: 'invalid-request',
  message: `${quote(requested)} is the name of several classes; ask for one by its id: ${idsOf(classes)}`,
  suggestions: classes.map(({ classId }) => classId),
})

const near = (name: string, { boxable }: ClassList): string[] =>
  nearestNames(
    name,
    boxable.map(({ className }) => className),
  )

const nearText = (suggestions: readonly string[]): string => `near it: ${suggestions.map(quote).join(', ')}`

const idsOf = (classes: readonly ClassDescription[]): string => classes.map(({ classId }) => classId).join(', ')

const quote = (text: string): string => JSON.stringify(text.length > 80 ? `${text.slice(0, 80)}…` : text)
