import { parseArgs } from 'node:util'
import { parseTokenKey, SCOPES, type Scope, TOKEN_FOLDER, TokenName } from '../../shared/platform/tokens/token.ts'

export const USAGE = `Usage: npm run token -- create NAME --scope ${SCOPES.join('|')} [--bucket BUCKET]
       npm run token -- list [--bucket BUCKET]
       npm run token -- revoke NAME|HASH [--bucket BUCKET]

  create   creates a token and prints it once; only its hash is stored. The scope write includes read.
  list     prints name, scopes and creation time of all tokens; of a token that cannot be read its hash and why
  revoke   revokes a token by its name or its hash; it stops working within a minute

In scripts, use npm run --silent token, which prints only the token on stdout.

  --bucket BUCKET  the bucket of a deployment, with credentials and region from the AWS environment (AWS_PROFILE,
                   AWS_REGION …). Without it, the bucket of npm run dev in .groundwork (GROUNDWORK_DIR) or on
                   AWS_ENDPOINT_URL_S3, whether npm run dev is running or not.`

/** A command of the token tool. */
export type TokenCommand =
  | { readonly verb: 'create'; readonly name: string; readonly scope: Scope }
  | { readonly verb: 'list' }
  | { readonly verb: 'revoke'; readonly name: string }

/** A parsed command line. */
export interface TokenOptions {
  readonly help: boolean
  readonly bucket: string | undefined
  readonly command: TokenCommand
}

/** Parses the command line. @throws Error with what is wrong and what is expected */
export function readOptions(args: readonly string[]): TokenOptions {
  const { values, positionals } = parseArgs({
    args: [...args],
    allowPositionals: true,
    options: {
      scope: { type: 'string' },
      bucket: { type: 'string' },
      help: { type: 'boolean', short: 'h', default: false },
    },
  })
  if (values.bucket === '') throw new Error('--bucket requires the name of a bucket')
  const { help, bucket, scope } = values
  return { help, bucket, command: help ? { verb: 'list' } : parseCommand(positionals, scope) }
}

function parseCommand([verb, ...names]: readonly string[], scope: string | undefined): TokenCommand {
  if (verb !== 'create' && scope !== undefined) throw new Error('--scope is allowed only for create')
  switch (verb) {
    case 'list':
      if (names.length > 0) throw new Error(`list takes no name, but got ${JSON.stringify(names.join(' '))}`)
      return { verb }
    case 'revoke':
      return { verb, name: isTokenHash(names) ? names[0] : parseName(verb, names) }
    case 'create':
      return { verb, name: parseName(verb, names), scope: parseScope(scope) }
    default:
      throw new Error(verb === undefined ? 'A command is required' : `Unknown command ${JSON.stringify(verb)}`)
  }
}

const isTokenHash = (names: readonly string[]): names is readonly [string] =>
  names.length === 1 && parseTokenKey(`${TOKEN_FOLDER}${names[0]}.json`) !== undefined

function parseName(verb: string, names: readonly string[]): string {
  const [name] = names
  if (name === undefined || names.length > 1) throw new Error(`${verb} takes exactly one name`)
  const result = TokenName.safeParse(name)
  if (result.success) return result.data
  throw new Error(`the name ${result.error.issues[0]?.message}, not ${JSON.stringify(name)}`)
}

function parseScope(text: string | undefined): Scope {
  const scope = SCOPES.find((known) => known === text)
  if (scope !== undefined) return scope
  throw new Error(`create requires --scope ${SCOPES.join(' or --scope ')}`)
}
