import { spawn } from 'node:child_process'
import { once } from 'node:events'

/** A program with its arguments. */
export type Command = readonly [string, ...string[]]

export interface Place {
  readonly folder: string
  readonly environment: Readonly<Record<string, string | undefined>>
}

/** Runs a program to its end. @throws Error with the command and what it printed, unless it exits with 0 */
export async function runCommand([program, ...args]: Command, { folder, environment }: Place): Promise<void> {
  const child = spawn(program, args, { cwd: folder, env: environment, stdio: ['ignore', 'pipe', 'pipe'] })
  const printed: Buffer[] = []
  for (const stream of [child.stdout, child.stderr]) stream.on('data', (part: Buffer) => printed.push(part))
  const [code] = await once(child, 'close')
  if (code === 0) return
  throw new Error(
    `${[program, ...args].join(' ')} failed (${code}):\n${Buffer.concat(printed).toString('utf8').trim()}`,
  )
}
