import { randomBytes } from 'node:crypto'
import { chmod, mkdir, readFile, stat } from 'node:fs/promises'
import { join } from 'node:path'
import * as z from 'zod'
import { errorCode } from './files/error-code.ts'
import { createFile } from './files/write-file.ts'

/** Keys that requests are signed with. */
export interface Credentials {
  readonly accessKeyId: string
  readonly secretAccessKey: string
}

const Credentials = z.object({
  accessKeyId: z.string().regex(/^\w{16,128}$/),
  secretAccessKey: z.string().regex(/^[\w+/-]{40,}$/),
})

const NAME = 'credentials.json'
const OWNER_ONLY = 0o700
const STICKY = 0o1000

/**
 * Makes the folder of a stack, which only its owner can enter afterwards, and returns the keys of its servers. They are
 * made at the first start. Two programs that start at the same time get the same keys.
 * @throws Error naming a folder that others share, or a damaged file of keys
 */
export async function openCredentials(folder: string): Promise<Credentials> {
  await makePrivate(folder)
  const path = join(folder, NAME)
  return (await readCredentials(path)) ?? (await createCredentials(path))
}

async function makePrivate(folder: string): Promise<void> {
  await mkdir(folder, { recursive: true, mode: OWNER_ONLY })
  const { mode } = await stat(folder)
  if ((mode & 0o777) === OWNER_ONLY) return
  // Taking such a folder from all others, as /tmp, would break what they do there.
  if (mode & STICKY)
    throw new Error(`${folder} is shared with other users. Set GROUNDWORK_DIR to a folder of your own.`)
  await chmod(folder, OWNER_ONLY)
}

async function readCredentials(path: string): Promise<Credentials | undefined> {
  const text = await readFile(path, 'utf8').catch((error: unknown) => {
    if (errorCode(error) === 'ENOENT') return undefined
    throw error
  })
  if (text === undefined) return undefined
  // Whoever copied the file may have made it readable to all.
  await chmod(path, 0o600)
  const parsed = Credentials.safeParse(parseJson(text))
  if (parsed.success) return parsed.data
  throw new Error(
    `${path} is damaged: it must have an accessKeyId and a secretAccessKey. Delete it; new keys are made at the next start.`,
  )
}

async function createCredentials(path: string): Promise<Credentials> {
  const created: Credentials = {
    accessKeyId: `GW${randomBytes(9).toString('hex').toUpperCase()}`,
    secretAccessKey: randomBytes(30).toString('base64url'),
  }
  try {
    await createFile(path, `${JSON.stringify(created, null, 2)}\n`, 0o600)
    return created
  } catch (error) {
    const others = errorCode(error) === 'EEXIST' ? await readCredentials(path) : undefined
    if (others) return others
    throw error
  }
}

function parseJson(text: string): unknown {
  try {
    return JSON.parse(text)
  } catch {
    return undefined
  }
}
