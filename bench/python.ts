import { spawnSync } from 'node:child_process'

/** Returns the version of `python3`, or undefined if it is not installed. */
export function pythonVersion(): string | undefined {
  const { status, stdout } = spawnSync('python3', ['--version'], { encoding: 'utf8' })
  return status === 0 ? stdout.trim().replace('Python ', '') : undefined
}
