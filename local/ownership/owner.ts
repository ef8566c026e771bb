import { readFileSync, renameSync, rmSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import * as z from 'zod'
import { unfinishedPath } from '../files/write-file.ts'

/**
 * Who holds a directory. It says so for others to read; what keeps them out is the lock. Of a process that was killed, it
 * stays behind until the next owner replaces it.
 */
export const Owner = z.object({
  /** Random; the S3 server of the owner returns it. */
  id: z.string(),
  pid: z.int(),
  /** Such as `npm run dev`. */
  program: z.string(),
  /** When it took the directory, RFC 3339. */
  since: z.string(),
  /** Whether it needs the directory for seconds only. */
  isBrief: z.boolean(),
  isStopping: z.boolean(),
  /** URL of its S3 server, once that can be used. */
  s3: z.string().optional(),
  /** URL of the S3 server that it uses in place of one of its own. */
  externalS3: z.string().optional(),
  /** URL of its API, once it is ready. */
  api: z.string().optional(),
})
export type Owner = z.infer<typeof Owner>

const ownerPath = (directory: string): string => join(directory, 'owner.json')

/** Reads who holds a directory, as far as it can be known: the owner writes it right after it took the lock. */
export function readOwner(directory: string): Owner | undefined {
  try {
    return Owner.parse(JSON.parse(readFileSync(ownerPath(directory), 'utf8')))
  } catch {
    return undefined
  }
}

/** Writes who holds a directory. Not durably: without a living owner it means nothing. */
export function writeOwner(directory: string, owner: Owner): void {
  const next = unfinishedPath(ownerPath(directory))
  writeFileSync(next, JSON.stringify(owner), { flag: 'wx' })
  renameSync(next, ownerPath(directory))
}

export const removeOwner = (directory: string): void => rmSync(ownerPath(directory), { force: true })

/** A directory that another process holds. Its message is one line: who it is, and what to do. */
export class DirectoryInUseError extends Error {
  constructor(directory: string, owner: Owner | undefined, more = '') {
    super(
      `${directory} is in use by ${owner ? describeOwner(owner) : 'another process'}${more}. ` +
        'Stop it, or use another directory: set GROUNDWORK_DIR.',
    )
    this.name = 'DirectoryInUseError'
  }
}

function describeOwner({ pid, program, since, api }: Owner): string {
  return `process ${pid} (${program}, since ${since}${api ? `, API ${api}` : ''})`
}
