import { randomUUID } from 'node:crypto'
import { appendFile, mkdir, readdir, readFile, rename, truncate, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { type Job, JobState, jobKey } from './job.ts'

const STATE_FILE = 'job.json'
/** Codes of files that are not there, or lie in what is no folder. */
const ABSENT = new Set<unknown>(['ENOENT', 'ENOTDIR'])

/** All jobs that are kept in this directory, which is made if it is not there. @throws Error for a file that is spoilt */
export async function readJobs(directory: string): Promise<readonly Job[]> {
  await mkdir(directory, { recursive: true })
  const names = await readdir(directory)
  const jobs = await Promise.all(names.map((name) => readJob(join(directory, name))))
  return jobs.filter((job) => job !== undefined)
}

/** A folder without a state is of a job that nobody was told of. */
async function readJob(directory: string): Promise<Job | undefined> {
  const text = await readIfThere(directory, STATE_FILE)
  return text === undefined ? undefined : { directory, state: JobState.parse(JSON.parse(text)) }
}

/** Where a job of this name is kept. */
export const jobDirectory = (directory: string, name: string): string => join(directory, jobKey(name))

/** Makes the job's state what it will be found with. */
export async function saveState({ directory, state }: Job): Promise<void> {
  await mkdir(directory, { recursive: true })
  await writeWhole(directory, STATE_FILE, JSON.stringify(state))
}

/** The file has the old or the new text, whenever the process dies. */
export async function writeWhole(directory: string, file: string, text: string): Promise<void> {
  const next = join(directory, `${file}.${randomUUID()}.next`)
  await writeFile(next, text)
  await rename(next, join(directory, file))
}

/** The text of one of the job's files; undefined if it is not there. */
export async function readIfThere(directory: string, file: string): Promise<string | undefined> {
  try {
    return await readFile(join(directory, file), 'utf8')
  } catch (error) {
    // Not `instanceof Error`: Jest has another Error than Node's own modules.
    const isThere = typeof error !== 'object' || error === null || !('code' in error) || !ABSENT.has(error.code)
    if (!isThere) return undefined
    throw error
  }
}

/** Adds whole lines to a file of the job. */
export const addLines = (directory: string, file: string, lines: readonly string[]): Promise<void> =>
  appendFile(join(directory, file), lines.map((line) => `${line}\n`).join(''))

/** The whole lines of a file of the job; what a killed process left of a last one is cut off. */
export async function readLines(directory: string, file: string): Promise<readonly string[]> {
  const text = await readIfThere(directory, file)
  if (text === undefined) return []
  const whole = text.slice(0, text.lastIndexOf('\n') + 1)
  if (whole.length < text.length) await truncate(join(directory, file), Buffer.byteLength(whole))
  return whole === '' ? [] : whole.slice(0, -1).split('\n')
}
