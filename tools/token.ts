import type { StackPorts } from '../shared/platform/http/stack.ts'
import { createToken } from '../shared/platform/tokens/create.ts'
import { listTokens } from '../shared/platform/tokens/list.ts'
import { revokeToken } from '../shared/platform/tokens/revoke.ts'
import { readCommandLine } from './command-line.ts'
import { inDeployment, onThisMachine } from './token/bucket.ts'
import { readOptions, type TokenCommand, USAGE } from './token/options.ts'

/** Makes, lists and revokes tokens: `npm run token`. What a script wants is on stdout, what a person wants on stderr. */
async function run(command: TokenCommand, ports: Omit<StackPorts, 'config'>): Promise<void> {
  switch (command.verb) {
    case 'create':
      console.log(await createToken(command.name, command.scope, ports))
      console.error(`This is the token "${command.name}"; it is shown this once.`)
      break
    case 'list':
      for (const { name, scopes, createdAt } of await listTokens(ports.objects))
        console.log([name, scopes.join(','), createdAt].join('\t'))
      break
    case 'revoke':
      await revokeToken(command.name, ports.objects)
      console.error(`The token "${command.name}" is revoked; within a minute it opens nothing any more.`)
  }
}

const { help, bucket, command } = readCommandLine(readOptions, USAGE)
const use = (ports: Omit<StackPorts, 'config'>): Promise<void> => run(command, ports)
const directory = process.env.GROUNDWORK_DIR || '.groundwork'
if (help) console.log(USAGE)
else
  await (bucket === undefined ? onThisMachine(directory, use) : inDeployment(bucket, use)).catch((error: unknown) => {
    console.error(error instanceof Error ? error.message : error)
    process.exitCode = 1
  })
