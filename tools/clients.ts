import { cp, mkdir, mkdtemp, rm, symlink } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { setEnvironment } from '../local/environment.ts'
import { type Stack, startStack } from '../local/stack.ts'
import { CLIENTS, type Client, withPath } from './clients/clients.ts'
import { findPythonObstacle, installNpmTools, installPythonTools } from './clients/install.ts'
import { prepareAnswers } from './clients/prepare-answers.ts'
import { type Command, type Place, runCommand } from './clients/run-command.ts'
import { startReceiver } from './examples/receiver.ts'

/** A client in its folder. */
interface Generated extends Place {
  readonly client: Client
}

/** The folder of each kind of tools, once they are installed. */
type Tools = Readonly<Record<Client['tools'], Promise<string>>>

const PROGRAMS = fileURLToPath(new URL('../test/clients/', import.meta.url))

const seconds = (): string => `${Math.round(performance.now() / 1000)} s`
const say = (client: Client, text: string): void => console.log(`${client.name}: ${text} (${seconds()})`)

/** Makes the folder of a client, with its program and its tools. */
async function makeFolder(client: Client, directory: string, installed: Tools): Promise<Generated> {
  const folder = join(directory, client.name)
  await cp(join(PROGRAMS, client.name), folder, { recursive: true })
  const tools = await installed[client.tools]
  if (client.tools === 'npm') await symlink(tools, join(folder, 'node_modules'))
  return { client, folder, environment: withPath(process.env, client.tools === 'npm' ? join(tools, '.bin') : tools) }
}

async function runAll(commands: readonly Command[], place: Place): Promise<void> {
  for (const command of commands) await runCommand(command, place)
}

/** Waits until all have ended, so that nothing runs on. @throws AggregateError with the reason of each that failed */
async function waitForAll<Value>(all: readonly Promise<Value>[]): Promise<Value[]> {
  const settled = await Promise.allSettled(all)
  const failures = settled.flatMap((one) => (one.status === 'rejected' ? [one.reason] : []))
  if (failures.length > 0) throw new AggregateError(failures, `${failures.length} of ${all.length} clients failed`)
  return settled.flatMap((one) => (one.status === 'fulfilled' ? [one.value] : []))
}

/** Generates a client and checks its types. */
async function generate(client: Client, directory: string, installed: Tools): Promise<Generated> {
  const generated = await makeFolder(client, directory, installed)
  await runAll(client.generate, generated)
  say(client, 'generated')
  await runAll(client.check, generated)
  say(client, 'imported and type-checked')
  return generated
}

/** Runs the program of every client on one stack. */
async function runPrograms(all: readonly Generated[], directory: string): Promise<void> {
  setEnvironment({ POWERTOOLS_LOG_LEVEL: 'SILENT' })
  const receiver = await startReceiver()
  const stack = await startStack({ directory: join(directory, 'stack'), labeling: { pace: { milliseconds: 20 } } })
  try {
    await prepareAnswers(stack, receiver.url)
    await waitForAll(all.map((generated) => runProgram(generated, stack, receiver.url)))
  } finally {
    await stack.stop()
    receiver.stop()
  }
}

async function runProgram({ client, folder, environment }: Generated, stack: Stack, receiver: string): Promise<void> {
  const variables = { GROUNDWORK_API: stack.api, GROUNDWORK_TOKEN: stack.token, RECEIVER_URL: `${receiver}/hook` }
  await runCommand(client.run, { folder, environment: { ...environment, ...variables } })
  say(client, 'did the whole job')
}

/** Leaves out clients whose tools cannot be installed here. @throws Error under CI, where nothing may be left out */
async function selectClients(): Promise<readonly Client[]> {
  const obstacle = await findPythonObstacle()
  if (obstacle === undefined) return CLIENTS
  const selected = CLIENTS.filter(({ tools }) => tools !== 'python')
  const skipped = CLIENTS.filter((client) => !selected.includes(client)).map(({ name }) => name)
  const sentence = `Clients that cannot be made here: ${skipped.join(', ')}; ${obstacle}.`
  if (process.env.CI === 'true') throw new Error(sentence)
  console.log(sentence)
  return selected
}

/**
 * `npm run clients`: generates clients of the API from the contract with three generators, checks their types, and does a
 * whole job with each on a temporary stack.
 */
const directory = await mkdtemp(join(tmpdir(), 'groundwork-clients-'))
try {
  const selected = await selectClients()
  await mkdir(join(directory, 'stack'))
  const usesPython = selected.some(({ tools }) => tools === 'python')
  const installed = { npm: installNpmTools(), python: usesPython ? installPythonTools() : Promise.resolve('') }
  const generated = await waitForAll(selected.map((client) => generate(client, directory, installed)))
  await runPrograms(generated, directory)
  console.log(`${selected.length} of ${CLIENTS.length} clients were generated, type-checked and did the whole job.`)
} catch (error) {
  const failures = error instanceof AggregateError ? [...error.errors, error] : [error]
  for (const failure of failures) console.error(failure instanceof Error ? failure.message : failure)
  process.exitCode = 1
} finally {
  await rm(directory, { recursive: true, force: true, maxRetries: 3 })
}
process.exit()
