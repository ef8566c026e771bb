import { randomUUID } from 'node:crypto'
import { readdirSync, rmdirSync, rmSync } from 'node:fs'
import { basename, dirname, join, resolve } from 'node:path'
import { setTimeout as delay } from 'node:timers/promises'
import { errorCode } from '../files/error-code.ts'
import { makeDirectory } from '../files/write-file.ts'
import { lockFile } from './lock-file.ts'
import { DirectoryInUseError, type Owner, readOwner, removeOwner, writeOwner } from './owner.ts'

const LOCK_FILE = 'owner.lock'
/** How long an owner is waited for that is about to start, to answer or to leave. */
const MAX_WAIT_MILLISECONDS = 20_000
const POLL_MILLISECONDS = 50
/** An owner that is seen for so long has not been killed just now, and is not about to write who it is. */
const CONFIRM_MILLISECONDS = 300

/** The exclusive right to everything in a directory, until it is released or the process ends. */
export interface Ownership {
  readonly id: string
  /** Tells others where the owner can be reached. */
  announce(addresses: Partial<Pick<Owner, 's3' | 'externalS3' | 'api'>>): void
  /** Tells others that it leaves in a moment. */
  announceStop(): void
  /** Leaves the directory. If nothing was put into it, the lock is removed, and the directory if it was created for it. */
  release(): void
}

/** Milliseconds for which this owner was seen, and that are left to wait. */
type Times = Readonly<Record<'seen' | 'left', number>>

export type Claimant = Partial<Pick<Owner, 'program' | 'isBrief'>>

/**
 * Takes a directory, which is created if missing, before anything in it is opened or written. Waits for an owner that
 * leaves by itself; if another one holds the directory, that is an error at once.
 * @throws DirectoryInUseError; nothing is changed then
 */
export const ownDirectory = (directory: string, claimant: Claimant = {}): Promise<Ownership> =>
  ownOrElse<never>(directory, claimant, async (owner, { seen }) => {
    const leaves = !owner || owner.isBrief || owner.isStopping
    if (!leaves && seen >= CONFIRM_MILLISECONDS) throw new DirectoryInUseError(directory, owner)
    return undefined
  })

/**
 * Takes a directory, or returns what `look` finds with the process that holds it.
 * @param look is called again and again while the directory is held, with its owner, if that is known
 * @throws DirectoryInUseError when `look` has found nothing for twenty seconds
 */
export async function ownOrElse<Found>(
  directory: string,
  claimant: Claimant,
  look: (owner: Owner | undefined, times: Times) => Promise<Found | undefined>,
): Promise<Ownership | Found> {
  const started = performance.now()
  let seen: { readonly id: string | undefined; readonly since: number } | undefined
  for (;;) {
    const ownership = await tryToOwn(directory, claimant)
    if (ownership) return ownership
    const owner = readOwner(directory)
    const now = performance.now()
    if (!seen || seen.id !== owner?.id) seen = { id: owner?.id, since: now }
    const left = started + MAX_WAIT_MILLISECONDS - now
    if (left <= 0) throw new DirectoryInUseError(directory, owner, describeWait(owner))
    const found = await look(owner, { seen: now - seen.since, left })
    if (found !== undefined) return found
    await delay(POLL_MILLISECONDS)
  }
}

const describeWait = (owner: Owner | undefined): string =>
  `, which ${owner?.s3 && !owner.isStopping ? 'did not answer' : 'did not leave it'} for ${MAX_WAIT_MILLISECONDS / 1000} seconds`

async function tryToOwn(path: string, claimant: Claimant): Promise<Ownership | undefined> {
  const directory = resolve(path)
  const locked = await lockDirectory(directory)
  if (!locked) return undefined
  const { unlock } = locked
  const { program = basename(process.argv[1] ?? 'node'), isBrief = false } = claimant
  const since = new Date().toISOString()
  let owner: Owner = { id: randomUUID(), pid: process.pid, program, since, isBrief, isStopping: false }
  let isHeld = true
  const announce = (changes: Partial<Owner>): void => {
    if (!isHeld) return
    owner = { ...owner, ...changes }
    try {
      writeOwner(directory, owner)
    } catch (error) {
      // Somebody has removed the directory. What was to be stored there has failed, or will.
      if (errorCode(error) !== 'ENOENT') throw error
    }
  }
  const release = (): void => {
    if (!isHeld) return
    isHeld = false
    removeOwner(directory)
    removeUnused(directory, locked)
    unlock()
  }
  try {
    announce({})
  } catch (error) {
    release()
    throw error
  }
  return { id: owner.id, announce, announceStop: () => announce({ isStopping: true }), release }
}

/** A directory that was locked, and what was there before. */
interface Locked {
  readonly unlock: () => void
  /** The topmost directory that was created; undefined if the directory was there. */
  readonly created: string | undefined
  readonly names: readonly string[]
}

/** Returns undefined also when the directory is removed meanwhile, by an owner that left nothing in it. */
async function lockDirectory(directory: string): Promise<Locked | undefined> {
  try {
    const created = await makeDirectory(directory)
    const names = readdirSync(directory)
    const unlock = lockFile(join(directory, LOCK_FILE))
    return unlock && { unlock, created, names }
  } catch (error) {
    if (errorCode(error) === 'ENOENT') return undefined
    throw error
  }
}

/** Restores a directory that has no other names in it than before, with its parents. */
function removeUnused(directory: string, { created, names }: Locked): void {
  try {
    const isUsed = readdirSync(directory).some((name) => name !== LOCK_FILE && !names.includes(name))
    if (isUsed || names.includes(LOCK_FILE)) return
    rmSync(join(directory, LOCK_FILE))
    if (created === undefined) return
    const end = dirname(resolve(created))
    for (let path = directory; path !== end; path = dirname(path)) rmdirSync(path)
  } catch (error) {
    // Somebody else has put something into it, or removed it.
    if (!['ENOTEMPTY', 'ENOENT', 'EEXIST'].includes(String(errorCode(error)))) throw error
  }
}
