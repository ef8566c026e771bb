import { readFileSync, rmSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import * as z from 'zod'

const Mark = z.object({ url: z.string(), id: z.string() })
const ASK_MILLISECONDS = 1000

/** The header by which a server says who it is. */
export const SERVER_HEADER = 'server'

const markPath = (directory: string) => join(directory, 'server.json')

/**
 * Makes sure that no server is using this directory: two would lose each other's objects. The one that left its mark
 * is asked, rather than trusting a process id, which after a crash may be anybody's.
 * @throws Error when it answers
 */
export async function assertFree(directory: string): Promise<void> {
  const url = await serverOn(directory)
  if (url === undefined) return
  throw new Error(`${directory} is in use by the S3 server at ${url}; stop that one, or use another directory`)
}

/** The address of the server that uses this directory now; undefined when none does. */
export async function serverOn(directory: string): Promise<string | undefined> {
  const mark = readMark(directory)
  if (mark === undefined) return undefined
  const response = await fetch(mark.url, { method: 'HEAD', signal: AbortSignal.timeout(ASK_MILLISECONDS) }).catch(
    () => undefined,
  )
  return response?.headers.get(SERVER_HEADER) === mark.id ? mark.url : undefined
}

/** Says that the server at this address uses the directory. */
export function markUsed(directory: string, url: string, id: string): void {
  writeFileSync(markPath(directory), JSON.stringify({ url, id }))
}

/** Takes the mark away. */
export function markFree(directory: string): void {
  rmSync(markPath(directory), { force: true })
}

function readMark(directory: string): z.infer<typeof Mark> | undefined {
  try {
    return Mark.parse(JSON.parse(readFileSync(markPath(directory), 'utf8')))
  } catch {
    return undefined
  }
}
