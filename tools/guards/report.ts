import Table from 'cli-table3'
import type { Guard } from './guard.ts'
import type { TestOutcome } from './run-tests.ts'

/** A guard, and what its tests did without it. */
export interface Verdict {
  readonly guard: Guard
  readonly outcome: TestOutcome
}

/** Whether the tests noticed that the guard was missing. Tests that do not end count, as a run of all tests would fail. */
export const isKilled = ({ outcome: { kind } }: Verdict): boolean => kind === 'failed' || kind === 'timeout'

/** Describes an outcome in a line. */
export function describe({ outcome }: Verdict): string {
  switch (outcome.kind) {
    case 'failed':
      return `killed by "${outcome.test}"`
    case 'timeout':
      return 'killed: the tests did not end'
    case 'broken':
      return `BROKEN: no test could run\n${outcome.message}`
    case 'passed':
      return 'SURVIVED'
  }
}

/** Renders all verdicts as a table. */
export function renderTable(verdicts: readonly Verdict[]): string {
  const table = new Table({
    head: ['without its guard', 'file', 'outcome'],
    colWidths: [48, 38, 60],
    wordWrap: true,
    style: { head: [], border: [], compact: true },
  })
  for (const verdict of verdicts)
    table.push([verdict.guard.prevents, verdict.guard.file.replace(/^shared\//, ''), describe(verdict)])
  return table.toString()
}
