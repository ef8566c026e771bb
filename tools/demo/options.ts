import { parseArgs } from 'node:util'
import { isNativeError } from 'node:util/types'

export const USAGE = `usage: npm run demo [-- [--json] [--keep DIR]]

  --json      end with one line of JSON on standard output; the story goes to standard error
  --keep DIR  leave all objects of the bucket as files in DIR, which must be new or empty
  --help      show this`

export interface DemoOptions {
  readonly json: boolean
  readonly help: boolean
  /** The folder to leave the files in; undefined to leave none. */
  readonly keep: string | undefined
}

/** The command line, read strictly. @throws Error saying in one sentence what is wrong with it */
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
