import { rmSync } from 'node:fs'
import { mkdtemp } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join, resolve } from 'node:path'
import { setEnvironment } from '../local/environment.ts'
import { startStack } from '../local/stack.ts'
import { runDemo } from './demo/demo.ts'
import { prepareFolder } from './demo/objects.ts'
import { type DemoOptions, readOptions, USAGE } from './demo/options.ts'
import { storyOn } from './demo/story.ts'

/** Whatever is set outside, the demo touches nothing but its own servers, and speaks for itself. */
const ALONE = {
  AWS_ENDPOINT_URL_S3: undefined,
  AWS_ENDPOINT_URL_SQS: undefined,
  AWS_ENDPOINT_URL_SAGEMAKER: undefined,
  GROUNDWORK_BUCKET: undefined,
  GROUNDWORK_DATA_PREFIX: undefined,
  POWERTOOLS_LOG_LEVEL: 'SILENT',
}

/** People take longer; nobody has to wait for simulated ones. */
const PACE = { objectsPerStep: 1, milliseconds: 50 }

/** The main job on real images, in a temporary folder that is removed at the end: `npm run demo`. */
async function run({ json, keep }: DemoOptions): Promise<void> {
  const keepIn = keep === undefined ? undefined : resolve(process.env.INIT_CWD ?? '.', keep)
  if (keepIn !== undefined) await prepareFolder(keepIn)
  const story = storyOn(json ? process.stderr : process.stdout)
  setEnvironment(ALONE)
  const directory = await mkdtemp(join(tmpdir(), 'groundwork-demo-'))
  const remove = (): void => rmSync(directory, { recursive: true, force: true, maxRetries: 3 })
  stopWhenTold(remove)
  try {
    const log: unknown[] = []
    const stack = await startStack({ directory, labeling: { pace: PACE }, onLog: (...entry) => log.push(entry) })
    try {
      const summary = await runDemo(stack, story, keepIn)
      const seconds = Math.round(performance.now() / 100) / 10
      story.say(`done in ${seconds} seconds; npm run dev keeps all this up, to try for yourself`)
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

function stopWhenTold(remove: () => void): void {
  for (const [signal, code] of [
    ['SIGINT', 130],
    ['SIGTERM', 143],
  ] as const)
    process.once(signal, () => {
      remove()
      process.exit(code)
    })
}

const messageOf = (error: unknown): string => (error instanceof Error ? error.message : String(error))

function options(): DemoOptions {
  try {
    return readOptions(process.argv.slice(2))
  } catch (error) {
    console.error(`${messageOf(error)}\n\n${USAGE}`)
    process.exit(2)
  }
}

const given = options()
if (given.help) console.log(USAGE)
else
  await run(given).catch((error: unknown) => {
    console.error(`\nThe demo failed: ${messageOf(error)}`)
    if (error instanceof Error && error.cause !== undefined) console.error(error.cause)
    process.exitCode = 1
  })
