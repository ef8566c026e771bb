import type { StoredProblem } from '../../../shared/contracts/stored-problem.ts'

/** What a list shows in place of an item whose stored state cannot be read. */
export type UnreadableItem<Field extends string> = Readonly<Record<Field, string>> & {
  readonly state: 'unreadable'
  readonly problem: StoredProblem
}
