import { createHash } from 'node:crypto'
import { cp, mkdir, readFile, rm, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { runCommand } from './run-command.ts'

/** What is installed stays here until the list of its versions changes. */
const CACHE = fileURLToPath(new URL('../../node_modules/.cache/groundwork/clients/', import.meta.url))
const ROOT = fileURLToPath(new URL('../../', import.meta.url))
const NPM = fileURLToPath(new URL('npm/', import.meta.url))
const REQUIREMENTS = fileURLToPath(new URL('python/requirements.txt', import.meta.url))

const environment = process.env

/** Installs the tools of the TypeScript client. Returns their `node_modules`. */
export async function installNpmTools(): Promise<string> {
  const folder = await install('npm', join(NPM, 'package-lock.json'), async (empty) => {
    await cp(NPM, empty, { recursive: true })
    await runCommand(['npm', 'ci', '--ignore-scripts', '--no-audit', '--no-fund'], { folder: empty, environment })
  })
  return join(folder, 'node_modules')
}

/** Installs the tools of the Python clients. Returns the folder of their programs, `python` among them. */
export const installPythonTools = (): Promise<string> => installPython('python', REQUIREMENTS)

/**
 * Installs Python packages in an environment of their own. Returns the folder of their programs, `python` among them.
 * @param requirements file that names all of them at exact versions
 */
export async function installPython(name: string, requirements: string): Promise<string> {
  const folder = await install(name, requirements, async (empty) => {
    const place = { folder: empty, environment }
    await runCommand(['python3', '-m', 'venv', '.'], place)
    await runCommand(
      [join(empty, 'bin/python'), '-m', 'pip', 'install', '--quiet', '--disable-pip-version-check', '-r', requirements],
      place,
    )
  })
  return join(folder, 'bin')
}

/** Tells why Python tools cannot be installed here; undefined if they can. */
export async function findPythonObstacle(): Promise<string | undefined> {
  const script = 'import sys, venv, ensurepip; assert sys.version_info >= (3, 11)'
  const run = runCommand(['python3', '-c', script], { folder: ROOT, environment })
  return run.then(
    () => undefined,
    () => 'they need python3, 3.11 or newer, with venv and pip',
  )
}

/**
 * Returns a folder with what `fill` puts into it, which is kept for the next time.
 * @param list file that names all versions
 */
async function install(name: string, list: string, fill: (folder: string) => Promise<void>): Promise<string> {
  // Installed programs name their folder, so they do not survive when the project is moved.
  const hash = createHash('sha256')
    .update(CACHE)
    .update(await readFile(list))
  const folder = join(CACHE, `${name}-${hash.digest('hex').slice(0, 12)}`)
  const mark = join(folder, 'complete')
  if (await exists(mark)) return folder
  await rm(folder, { recursive: true, force: true })
  await mkdir(folder, { recursive: true })
  await fill(folder)
  await writeFile(mark, '')
  return folder
}

const exists = (path: string): Promise<boolean> =>
  readFile(path).then(
    () => true,
    () => false,
  )
