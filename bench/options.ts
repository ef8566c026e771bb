import { parseArgs } from 'node:util'

export const SECTIONS = [
  'scan',
  's3',
  'import',
  'index',
  'copy',
  'depth',
  'load',
  'labeling',
  'consolidation',
  'pages',
  'bundles',
] as const
export type SectionName = (typeof SECTIONS)[number]

export interface Options {
  readonly only: readonly SectionName[]
  /** File to write the JSON report to, in addition to the last line of the output. */
  readonly json: string | undefined
  /** Uses smaller files and fewer runs, to test the benchmark itself. */
  readonly quick: boolean
  readonly help: boolean
}

export const USAGE = `npm run bench -- [--only ${SECTIONS.join(',')}] [--json FILE] [--quick]`

/** Parses the command line. @throws Error with what is wrong and what is expected */
export function readOptions(args: readonly string[]): Options {
  const { values } = parseArgs({
    args: [...args],
    options: {
      only: { type: 'string' },
      json: { type: 'string' },
      quick: { type: 'boolean', default: false },
      help: { type: 'boolean', short: 'h', default: false },
    },
  })
  const names = values.only?.split(',') ?? SECTIONS
  const only = names.map((name) => {
    const known = SECTIONS.find((section) => section === name)
    if (known === undefined) throw new Error(`Unknown section "${name}": expected one of ${SECTIONS.join(', ')}`)
    return known
  })
  return { only, json: values.json, quick: values.quick, help: values.help }
}
