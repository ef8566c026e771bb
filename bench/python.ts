import { spawnSync } from 'node:child_process'

/** The version of `python3`; undefined where there is none. */
export function pythonVersion(): string | undefined {
  const { status, stdout } = spawnSync('python3', ['--version'], { encoding: 'utf8' })
  return status === 0 ? stdout.trim().replace('Python ', '') : undefined
}
