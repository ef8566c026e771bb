import { cpus } from 'node:os'
import Table from 'cli-table3'

/** A row of a table; the first value names it. */
export type Row = Readonly<Record<string, string | number | boolean | undefined>>

/** The result of a section, or of a part of it. */
export interface Part {
  readonly rows: readonly Row[]
  readonly notes: readonly string[]
  /** Violated requirements; any of them fails the benchmark. */
  readonly failures: readonly string[]
}

export interface Section extends Part {
  readonly section: string
  readonly title: string
}

/** The JSON report. */
export interface Report {
  readonly machine: { readonly cores: number; readonly node: string; readonly processor: string }
  readonly quick: boolean
  readonly passed: boolean
  readonly sections: readonly Section[]
}

export function toReport(sections: readonly Section[], quick: boolean): Report {
  const processors = cpus()
  const machine = { cores: processors.length, node: process.versions.node, processor: processors[0]?.model ?? '' }
  return { machine, quick, passed: sections.every(({ failures }) => failures.length === 0), sections }
}

const NO_ROW_LINES = { mid: '', 'left-mid': '', 'mid-mid': '', 'right-mid': '' }

/** Renders a section. Its table has a column for each name in any of its rows. */
export function renderSection({ section, title, rows, notes, failures }: Section): string {
  const columns = [...new Set(rows.flatMap((row) => Object.keys(row)))]
  const isNumeric = (column: string): boolean => rows.some((row) => typeof row[column] === 'number')
  const table = new Table({
    head: columns,
    colAligns: columns.map((column) => (isNumeric(column) ? 'right' : 'left')),
    style: { head: [], border: [] },
    chars: NO_ROW_LINES,
  })
  table.push(...rows.map((row) => columns.map((column) => renderCell(row[column]))))
  const lines = [
    `\n${section}: ${title}`,
    ...(rows.length > 0 ? [table.toString()] : []),
    ...notes.map((note) => `  ${note}`),
  ]
  return [...lines, ...failures.map((failure) => `  FAILED: ${failure}`)].join('\n')
}

function renderCell(value: Row[string]): string {
  if (value === undefined) return ''
  if (typeof value === 'boolean') return value ? 'yes' : 'NO'
  return typeof value === 'number' ? value.toLocaleString('en-US', { maximumSignificantDigits: 4 }) : value
}

export const renderMachine = ({ machine: { cores, node, processor }, quick }: Report): string =>
  `${cores} cores, ${processor || 'unknown processor'}, Node ${node}${quick ? ', quick run' : ''}`
