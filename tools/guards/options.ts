import { parseArgs } from 'node:util'

export const USAGE = `usage: npm run guards [-- [--jobs N] [--only TEXT]]

  --jobs N     take out N guards at a time, 1 by default
  --only TEXT  only the guards whose sentence or file contains the text
  --help       show this help`

export interface GuardsOptions {
  readonly jobs: number
  readonly only: string
  readonly help: boolean
}

/** Parses the command line strictly. @throws Error with what is wrong and what is expected */
export function readOptions(args: readonly string[]): GuardsOptions {
  const text = { type: 'string' } as const
  const options = { jobs: text, only: text, help: { type: 'boolean' } } as const
  const { values } = parseArgs({ args: [...args], options, strict: true, allowPositionals: false })
  const jobs = Number(values.jobs ?? 1)
  if (!Number.isSafeInteger(jobs) || jobs < 1)
    throw new Error(`--jobs must be a positive integer, not "${values.jobs}".`)
  return { jobs, only: values.only ?? '', help: values.help ?? false }
}
