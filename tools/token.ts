import type { StackPorts } from '../shared/platform/http/stack.ts'
import { createToken } from '../shared/platform/tokens/create.ts'
import { listTokens } from '../shared/platform/tokens/list.ts'
import { revokeToken } from '../shared/platform/tokens/revoke.ts'
import { readCommandLine } from './command-line.ts'
import { withDeployedBucket, withLocalBucket } from './state-bucket.ts'
import { readOptions, type TokenCommand, USAGE } from './token/options.ts'

/** Creates, lists and revokes tokens (`npm run token`). Data goes to stdout, messages go to stderr. */
async function runCommand(command: TokenCommand, ports: Omit<StackPorts, 'config' | 'requestId'>): Promise<void> {
  switch (command.verb) {
    case 'create':
      console.log(await createToken(command.name, command.scope, ports))
      console.error(`Created the token "${command.name}". It is not shown again.`)
      break
    case 'list':
      for (const token of await listTokens(ports.objects)) console.log(toColumns(token).join('\t'))
      break
    case 'revoke':
      await revokeToken(command.name, ports.objects)
      console.error(`Revoked the token "${command.name}". It stops working within a minute.`)
  }
}

const toColumns = (token: Awaited<ReturnType<typeof listTokens>>[number]): string[] =>
  'problem' in token
    ? [token.name, token.state, token.problem.detail]
    : [token.name, token.scopes.join(','), token.createdAt]

const { help, bucket, command } = readCommandLine(readOptions, USAGE)
const runWithPorts = (ports: Omit<StackPorts, 'config' | 'requestId'>): Promise<void> => runCommand(command, ports)
const directory = process.env.GROUNDWORK_DIR || '.groundwork'
if (help) console.log(USAGE)
else
  await (bucket === undefined
    ? withLocalBucket(directory, 'npm run token', runWithPorts)
    : withDeployedBucket(bucket, runWithPorts)
  ).catch((error: unknown) => {
    console.error(error instanceof Error ? error.message : error)
    process.exitCode = 1
  })
