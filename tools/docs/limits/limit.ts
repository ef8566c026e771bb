import { table } from '../markdown.ts'

/** One row of docs/limits.md: what is limited, the limit in words, and the file that declares it. */
export type Limit = readonly [what: string, limit: string, file: string]

/** Writes limits as a table, each with a link to the file that declares it. Pure. */
export const writeLimits = (limits: readonly Limit[]): string =>
  table(
    ['What', 'Limit', 'Declared in'],
    limits.map(([what, limit, file]) => [what, limit, `[${file.slice(file.lastIndexOf('/') + 1)}](../${file})`]),
  )
