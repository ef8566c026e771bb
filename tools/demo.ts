import { rmSync } from 'node:fs'
import { mkdtemp } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join, resolve } from 'node:path'
import { setEnvironment } from '../local/environment.ts'
import { startStack } from '../local/stack.ts'
import { readCommandLine } from './command-line.ts'
import { runDemo } from './demo/demo.ts'
import { prepareFolder } from './demo/objects.ts'
import { type DemoOptions, readOptions, USAGE } from './demo/options.ts'
import { createStory } from './demo/story.ts'

/** Overrides for the environment, so that the demo uses only its own servers and prints only its own output. */
const ISOLATED_ENVIRONMENT = {
  AWS_ENDPOINT_URL_S3: undefined,
  AWS_ENDPOINT_URL_SQS: undefined,
  AWS_ENDPOINT_URL_SAGEMAKER: undefined,
  GROUNDWORK_BUCKET: undefined,
  GROUNDWORK_DATA_PREFIX: undefined,
  POWERTOOLS_LOG_LEVEL: 'SILENT',
}

/** Runs the demo on real images in a temporary folder, which is removed at the end (`npm run demo`). */
async function run({ json, keep }: DemoOptions): Promise<void> {
  const keepIn = keep === undefined ? undefined : resolve(process.env.INIT_CWD ?? '.', keep)
  if (keepIn !== undefined) await prepareFolder(keepIn)
  const story = createStory(json ? process.stderr : process.stdout)
  setEnvironment(ISOLATED_ENVIRONMENT)
  const directory = await mkdtemp(join(tmpdir(), 'groundwork-demo-'))
  const remove = (): void => rmSync(directory, { recursive: true, force: true, maxRetries: 3 })
  stopOnSignal(remove)
  try {
    const log: unknown[] = []
    const stack = await startStack({ directory, onLog: (...entry) => log.push(entry) })
    try {
      const summary = await runDemo(stack, story, keepIn)
      const seconds = Math.round(performance.now() / 100) / 10
      story.say(`Done in ${seconds} seconds. Run npm run dev to keep the stack running and try it yourself.`)
      if (json) console.log(JSON.stringify({ ...summary, seconds }))
    } catch (error) {
      for (const entry of log) console.error(entry)
      throw error
    } finally {
      await stack.stop()
    }
  } finally {
    remove()
  }
}

function stopOnSignal(remove: () => void): void {
  for (const [signal, code] of [
    ['SIGINT', 130],
    ['SIGTERM', 143],
  ] as const)
    process.once(signal, () => {
      remove()
      process.exit(code)
    })
}

const toMessage = (error: unknown): string => (error instanceof Error ? error.message : String(error))

const options = readCommandLine(readOptions, USAGE)
if (options.help) console.log(USAGE)
else
  await run(options).catch((error: unknown) => {
    console.error(`\nThe demo failed: ${toMessage(error)}`)
    if (error instanceof Error && error.cause !== undefined) console.error(error.cause)
    process.exitCode = 1
  })
