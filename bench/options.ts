import { parseArgs } from 'node:util'

export const SECTIONS = ['scan', 's3', 'import', 'index', 'copy', 'load', 'bundles'] as const
export type SectionName = (typeof SECTIONS)[number]

export interface Options {
  readonly only: readonly SectionName[]
  /** A file to write the report to, besides the last line of what is printed. */
  readonly json: string | undefined
  /** Smaller files and fewer runs: whether it works, not what it measures. */
  readonly quick: boolean
  readonly help: boolean
}

export const USAGE = `npm run bench -- [--only ${SECTIONS.join(',')}] [--json FILE] [--quick]`

/** @throws Error saying what is wrong with the arguments */
export function readOptions(given: readonly string[]): Options {
  const { values } = parseArgs({
    args: [...given],
    options: {
      only: { type: 'string' },
      json: { type: 'string' },
      quick: { type: 'boolean', default: false },
      help: { type: 'boolean', short: 'h', default: false },
    },
  })
  const asked = values.only?.split(',') ?? SECTIONS
  const only = asked.map((name) => {
    const known = SECTIONS.find((section) => section === name)
    if (known === undefined) throw new Error(`there is no section "${name}"; there are ${SECTIONS.join(', ')}`)
    return known
  })
  return { only, json: values.json, quick: values.quick, help: values.help }
}
