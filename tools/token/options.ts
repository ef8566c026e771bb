import { parseArgs } from 'node:util'
import { SCOPES, type Scope, TokenName } from '../../shared/platform/tokens/token.ts'

export const USAGE = `Usage: npm run token -- create NAME --scope ${SCOPES.join('|')} [--bucket BUCKET]
       npm run token -- list [--bucket BUCKET]
       npm run token -- revoke NAME [--bucket BUCKET]

  create   makes a token and prints it, this once: only its hash is kept; write allows reading too
  list     prints the tokens that there are: name, scopes, when it was made
  revoke   forgets a token: within a minute it opens nothing any more

Scripts call npm run --silent token, and find the token alone on stdout.

  --bucket BUCKET  the bucket of a deployment, with credentials and region from the AWS environment (AWS_PROFILE,
                   AWS_REGION …). Without it: what npm run dev keeps in .groundwork (GROUNDWORK_DIR), or on
                   AWS_ENDPOINT_URL_S3, whether it runs or not.`

/** What to do about tokens. */
export type TokenCommand =
  | { readonly verb: 'create'; readonly name: string; readonly scope: Scope }
  | { readonly verb: 'list' }
  | { readonly verb: 'revoke'; readonly name: string }

/** What the command line says. */
export interface TokenOptions {
  readonly help: boolean
  readonly bucket: string | undefined
  readonly command: TokenCommand
}

/** Reads the command line. @throws Error that says what is wrong, and what would be right */
export function readOptions(given: readonly string[]): TokenOptions {
  const { values, positionals } = parseArgs({
    args: [...given],
    allowPositionals: true,
    options: {
      scope: { type: 'string' },
      bucket: { type: 'string' },
      help: { type: 'boolean', short: 'h', default: false },
    },
  })
  if (values.bucket === '') throw new Error('--bucket needs the name of a bucket')
  const { help, bucket, scope } = values
  return { help, bucket, command: help ? { verb: 'list' } : commandOf(positionals, scope) }
}

function commandOf([verb, ...names]: readonly string[], scope: string | undefined): TokenCommand {
  if (verb !== 'create' && scope !== undefined) throw new Error('--scope belongs to create')
  switch (verb) {
    case 'list':
      if (names.length > 0) throw new Error(`list takes no name, not ${JSON.stringify(names.join(' '))}`)
      return { verb }
    case 'revoke':
      return { verb, name: oneName(verb, names) }
    case 'create':
      return { verb, name: oneName(verb, names), scope: oneScope(scope) }
    default:
      throw new Error(verb === undefined ? 'say what to do' : `there is no ${JSON.stringify(verb)}`)
  }
}

function oneName(verb: string, names: readonly string[]): string {
  const [name] = names
  if (name === undefined || names.length > 1) throw new Error(`${verb} takes one name`)
  const result = TokenName.safeParse(name)
  if (result.success) return result.data
  throw new Error(`the name ${result.error.issues[0]?.message}, not ${JSON.stringify(name)}`)
}

function oneScope(text: string | undefined): Scope {
  const scope = SCOPES.find((known) => known === text)
  if (scope !== undefined) return scope
  throw new Error(`create needs --scope ${SCOPES.join(' or --scope ')}`)
}
