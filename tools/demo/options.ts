import { parseArgs } from 'node:util'
import { isNativeError } from 'node:util/types'

export const USAGE = `usage: npm run demo [-- [--json] [--keep DIR]]

  --json      print a JSON summary on standard output; everything else goes to standard error
  --keep DIR  write all objects of the bucket to DIR, which must be new or empty
  --help      show this help`

export interface DemoOptions {
  readonly json: boolean
  readonly help: boolean
  /** The folder to write the objects to, if any. */
  readonly keep: string | undefined
}

/** Parses the command line strictly. @throws Error with a one-sentence message */
export function readOptions(args: readonly string[]): DemoOptions {
  const { json = false, help = false, keep } = parse(args)
  if (keep === '') throw new Error('--keep needs a folder.')
  return { json, help, keep }
}

function parse(args: readonly string[]) {
  try {
    const options = { json: { type: 'boolean' }, help: { type: 'boolean' }, keep: { type: 'string' } } as const
    return parseArgs({ args: [...args], options, strict: true, allowPositionals: false }).values
  } catch (error) {
    const [sentence = ''] = isNativeError(error) ? error.message.split(/(?<=\.) |\n/, 1) : []
    throw new Error(sentence.replace(/\.?$/, '.'))
  }
}
