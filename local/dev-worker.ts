import { chmod, readFile } from 'node:fs/promises'
import { join } from 'node:path'
import { newSecret, toLink } from '../shared/labeling/workers/link.ts'
import { hasLink, setLink } from '../shared/labeling/workers/set-link.ts'
import type { Ports } from '../shared/platform/ports.ts'
import { errorCode } from './files/error-code.ts'
import { replaceFile } from './files/write-file.ts'

/** The worker that is there without being created. */
const WORKER = 'you'
const FILE = 'label-link.txt'
const OWNER_ONLY = 0o600

/**
 * Returns the link of the worker `you`, the same at each start: the bucket has the hash of its secret, so the secret is
 * kept in the folder of the stack. A link that was replaced or removed meanwhile is not brought back: there is a new one.
 * @param directory the folder of the stack, which only its owner can enter, and which this process holds
 */
export async function openDevWorker(
  directory: string,
  ports: Pick<Ports, 'config' | 'objects' | 'now' | 'newId'>,
): Promise<string> {
  const path = join(directory, FILE)
  const kept = await readSecret(path)
  if (kept !== undefined && (await hasLink(WORKER, kept, ports))) return toLink(kept, ports.config.apiUrl)
  const secret = newSecret()
  // The file first: without the record that follows, the next start makes another link.
  await replaceFile(path, `${secret}\n`, OWNER_ONLY)
  await setLink(WORKER, secret, ports)
  return toLink(secret, ports.config.apiUrl)
}

/** Returns `undefined` when there is no such file, or something else in it. */
async function readSecret(path: string): Promise<string | undefined> {
  const text = await readFile(path, 'utf8').catch((error: unknown) => {
    if (errorCode(error) === 'ENOENT') return undefined
    throw error
  })
  if (text === undefined) return undefined
  // Whoever copied the file may have made it readable to all.
  await chmod(path, OWNER_ONLY)
  return /^([\w-]{43})\n$/.exec(text)?.[1]
}
