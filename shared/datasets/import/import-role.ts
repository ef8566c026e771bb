import type { DatasetState } from '../state.ts'

/**
 * What an import is to its dataset. `running` can become current; `cancelled` and `failed` are being removed; `current`
 * is what new batches read; `replaced` was current before, and older batches may read it; `none` is anything else.
 */
export type ImportRole = 'running' | 'cancelled' | 'failed' | 'current' | 'replaced' | 'none'

/** Returns what an import is to its dataset. Pure. */
export function findRole(importId: string, state: DatasetState): ImportRole {
  const { importing, current, replacedImports, failedImport } = state
  if (current?.importId === importId) return 'current'
  if (replacedImports?.includes(importId)) return 'replaced'
  if (failedImport?.importId === importId) return 'failed'
  if (importing?.importId !== importId) return 'none'
  return importing.cancelled ? 'cancelled' : 'running'
}

/** Whether the import was completed, so that batches may read it. Pure. */
export const wasCompleted = (role: ImportRole): boolean => role === 'current' || role === 'replaced'

/**
 * Whether an import may be removed. One missing object never decides that: the state of the dataset does, or, when the
 * dataset was deleted, the absence of both its state and the import's plan, as a deletion removes plans first and the
 * state last. Pure.
 * @param state of the dataset as it is stored; `undefined` when there is none. A corrupt one decides nothing.
 * @param hasPlan whether the import's plan exists, if there is no state
 */
export function isSuperseded(importId: string, state: DatasetState | undefined, hasPlan: boolean): boolean {
  if (!state) return !hasPlan
  // A deletion cannot be taken back.
  if (state.deleting) return true
  const role = findRole(importId, state)
  return role !== 'running' && !wasCompleted(role)
}
