import type { ErrorCode } from '../contracts/errors.ts'
import type { ClassDescription } from './class-descriptions.ts'
import type { ClassList } from './class-list.ts'
import { foldName } from './fold-name.ts'
import type { SuggestionBudget } from './nearest-names.ts'

/** Why a requested class cannot be used, with suggestions. */
export interface InvalidClassName {
  readonly code: Extract<ErrorCode, 'unknown-class' | 'class-not-boxable' | 'invalid-request'>
  readonly message: string
  readonly suggestions: readonly string[]
}

/**
 * Finds a class by display name or id. A name shared by a boxable class and others means the boxable one; a name that
 * only other classes have is rejected. Pure, but for the budget.
 * @param budget of the suggestions for all names of a request
 */
export function lookUpClass(
  requested: string,
  list: ClassList,
  budget: SuggestionBudget,
): ClassDescription | InvalidClassName {
  const key = foldName(requested)
  const byId = list.byId.get(key)
  const [found, ...others] = byId ? [byId] : (list.byName.get(key) ?? [])
  if (found) return others.length === 0 ? found : ambiguous(requested, [found, ...others])
  const className = list.names.get(key)
  const notBoxed = className === undefined ? list.allByName.get(key) : [{ classId: key, className }]
  const name = notBoxed?.[0]?.className ?? requested
  const suggestions = list.suggest(name, budget)
  return notBoxed?.[0] ? notBoxable(name, notBoxed, list, suggestions) : unknownClass(requested, suggestions)
}

function unknownClass(requested: string, suggestions: readonly string[]): InvalidClassName {
  const hint = suggestions.length > 0 ? toHint(suggestions) : 'GET /v1/datasets/{dataset}/classes lists the classes'
  return { code: 'unknown-class', message: `${quote(requested)} is not a class of this dataset; ${hint}`, suggestions }
}

function notBoxable(
  className: string,
  classes: readonly ClassDescription[],
  list: ClassList,
  suggestions: readonly string[],
): InvalidClassName {
  const hint = suggestions.length > 0 ? `; ${toHint(suggestions)}` : ''
  const reason = `must be one of the ${list.boxable.length} classes of this dataset that have boxes`
  return {
    code: 'class-not-boxable',
    message: `${quote(className)} (${joinIds(classes)}) ${reason}${hint}`,
    suggestions,
  }
}

const ambiguous = (requested: string, classes: readonly ClassDescription[]): InvalidClassName => ({
  code: 'invalid-request',
  message: `${quote(requested)} must be an id, as several classes have this name: ${joinIds(classes)}`,
  suggestions: classes.slice(0, MAX_SHOWN_IDS).map(({ classId }) => classId),
})

const toHint = (suggestions: readonly string[]): string => `similar: ${suggestions.map(quote).join(', ')}`

/** Ids of classes with the same name that a message shows. In the published file, at most 5 share one. */
const MAX_SHOWN_IDS = 20

function joinIds(classes: readonly ClassDescription[]): string {
  const shown = classes.slice(0, MAX_SHOWN_IDS).map(({ classId }) => classId)
  return [...shown, ...(classes.length > shown.length ? [`and ${classes.length - shown.length} more`] : [])].join(', ')
}

const quote = (text: string): string => JSON.stringify(text.length > 80 ? `${text.slice(0, 80)}…` : text)
