import { readdir, readFile, truncate } from 'node:fs/promises'
import { join } from 'node:path'
import { errorCode } from '../../files/error-code.ts'
import { appendDurably, makeDirectory, removeUnfinished, replaceFile } from '../../files/write-file.ts'
import { type Job, JobState, toJobKey } from './job.ts'

const STATE_FILE = 'job.json'
/** Error codes for a missing file, or a path through a file that is not a folder. */
const NOT_FOUND_CODES = new Set<unknown>(['ENOENT', 'ENOTDIR'])

/** Reads all jobs of a directory, which is created if missing. @throws Error for a corrupt state file */
export async function readJobs(directory: string): Promise<readonly Job[]> {
  await makeDirectory(directory)
  const names = await readdir(directory)
  const jobs = await Promise.all(names.map((name) => readJob(join(directory, name))))
  return jobs.filter((job) => job !== undefined)
}

/** Reads a job. A folder without a state file belongs to a job whose creation was never confirmed. */
async function readJob(directory: string): Promise<Job | undefined> {
  const text = await readIfExists(directory, STATE_FILE)
  if (text === undefined) return undefined
  await removeUnfinished(directory)
  try {
    return { directory, state: JobState.parse(JSON.parse(text)) }
  } catch (error) {
    const path = join(directory, STATE_FILE)
    throw new Error(`${path} is damaged. Restore it from a backup, or remove its folder, which forgets this job.`, {
      cause: error,
    })
  }
}

/** Returns the directory of a job. */
export const jobDirectory = (directory: string, name: string): string => join(directory, toJobKey(name))

/** Stores the state of a job. */
export async function saveState({ directory, state }: Job): Promise<void> {
  await makeDirectory(directory)
  await writeAtomically(directory, STATE_FILE, JSON.stringify(state))
}

/** Replaces a file of a job atomically and durably. */
export const writeAtomically = (directory: string, file: string, text: string): Promise<void> =>
  replaceFile(join(directory, file), text)

/** Reads a file of a job. Returns undefined if it does not exist. */
export async function readIfExists(directory: string, file: string): Promise<string | undefined> {
  try {
    return await readFile(join(directory, file), 'utf8')
  } catch (error) {
    if (NOT_FOUND_CODES.has(errorCode(error))) return undefined
    throw error
  }
}

/** Appends complete lines to a file of the job, durably. */
export const appendLines = (directory: string, file: string, lines: readonly string[]): Promise<void> =>
  appendDurably(join(directory, file), lines.map((line) => `${line}\n`).join(''))

/** Reads the complete lines of a file of the job. Truncates a partial last line, which a killed process leaves behind. */
export async function readCompleteLines(directory: string, file: string): Promise<readonly string[]> {
  const text = await readIfExists(directory, file)
  if (text === undefined) return []
  const whole = text.slice(0, text.lastIndexOf('\n') + 1)
  if (whole.length < text.length) await truncate(join(directory, file), Buffer.byteLength(whole))
  return whole === '' ? [] : whole.slice(0, -1).split('\n')
}
