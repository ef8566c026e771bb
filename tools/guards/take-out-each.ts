import { readFile, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { type Guard, takeOut } from './guard.ts'
import { copyProject } from './project-copy.ts'
import type { Verdict } from './report.ts'
import { runTests, type TestOutcome } from './run-tests.ts'

const MAX_SOUND_MILLISECONDS = 600_000
const MAX_DAMAGED_MILLISECONDS = 90_000

export interface TakeOutOptions {
  /** The project. */
  readonly root: string
  /** An empty folder for copies of it. */
  readonly directory: string
  readonly jobs: number
  readonly signal: AbortSignal
  /** Called with each verdict as soon as it is known. */
  onVerdict(verdict: Verdict): void
}

/**
 * Takes out each guard in turn, in a copy of the project, and runs its tests.
 * @returns what the tests did, in the order of the list
 * @throws Error when the tests fail already while all guards are there
 */
export async function takeOutEach(
  guards: readonly Guard[],
  { root, directory, jobs, signal, onVerdict }: TakeOutOptions,
): Promise<Verdict[]> {
  const folders = Array.from({ length: jobs }, (_, index) => join(directory, String(index)))
  for (const folder of folders) await copyProject(root, folder)
  const tests = [...new Set(guards.flatMap((guard) => guard.tests))]
  const sound = await runTests(folders[0] ?? '', tests, { milliseconds: MAX_SOUND_MILLISECONDS, signal })
  if (sound.kind !== 'passed') throw new Error(`The tests do not pass with all guards: ${JSON.stringify(sound)}`)

  const verdicts: Verdict[] = []
  const queue = guards.entries()
  const work = async (folder: string): Promise<void> => {
    for (const [index, guard] of queue) {
      const path = join(folder, guard.file)
      const source = await readFile(path, 'utf8')
      await writeFile(path, takeOut(guard, source))
      const outcome = await runUntilFailure(folder, guard.tests, signal)
      await writeFile(path, source)
      const verdict: Verdict = { guard, outcome }
      verdicts[index] = verdict
      onVerdict(verdict)
    }
  }
  await Promise.all(folders.map(work))
  return verdicts
}

/** Runs one test file after another, up to the first that does not pass: with `--bail`, Jest may exit without a report. */
async function runUntilFailure(folder: string, tests: readonly string[], signal: AbortSignal): Promise<TestOutcome> {
  for (const test of tests) {
    const outcome = await runTests(folder, [test], { milliseconds: MAX_DAMAGED_MILLISECONDS, signal })
    if (outcome.kind !== 'passed') return outcome
  }
  return { kind: 'passed' }
}
