import { existsSync, readFileSync } from 'node:fs'
import { join } from 'node:path'

/** A piece of code that keeps something from happening, and the tests that fail without it. */
export interface Guard {
  /** What happens without it, as a sentence. */
  readonly prevents: string
  /** Path of its file in the project, as those of the tests. */
  readonly file: string
  /** The guard as it is in the file, where it occurs once. */
  readonly text: string
  /** What the file has in its place once the guard is taken out: valid code. */
  readonly without: string
  /** At least one test of these files must fail then. Keep them few and fast. */
  readonly tests: readonly string[]
}

/** Returns a file without the guard. @throws Error when its text does not occur exactly once. Pure. */
export function takeOut({ file, text, without }: Guard, source: string): string {
  const [before, after, ...more] = source.split(text)
  if (before === undefined || after === undefined) throw new Error(`${file} does not have the text "${text}"`)
  if (more.length > 0) throw new Error(`${file} has the text "${text}" ${more.length + 1} times`)
  return before + without + after
}

/** Returns what is stale in a list of guards, given the root folder of the project. */
export function listStale(guards: readonly Guard[], root: string): string[] {
  const problems = guards.flatMap((guard) => {
    const missing = [guard.file, ...guard.tests].filter((file) => !existsSync(join(root, file)))
    if (missing.length > 0) return missing.map((file) => `${file} does not exist`)
    try {
      takeOut(guard, readFileSync(join(root, guard.file), 'utf8'))
      return []
    } catch (error) {
      return [error instanceof Error ? error.message : String(error)]
    }
  })
  return [...new Set(problems)]
}
