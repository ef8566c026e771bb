import { describe, it } from '@jest/globals'
import { CHROMIUM } from './chromium.ts'

/**
 * Describes tests that need a Chromium. Without one they are skipped and named so; where `CI` is set, that is a failure.
 */
export function describeInBrowser(name: string, tests: () => void): void {
  if (CHROMIUM !== undefined) {
    describe(name, tests)
    return
  }
  if (process.env.CI)
    it(`${name} is tested in a real browser`, () => {
      throw new Error("There is no Chromium: install Debian's chromium-headless-shell, or set CHROMIUM_PATH")
    })
  else describe.skip(`${name} (SKIPPED: no Chromium; install chromium-headless-shell or set CHROMIUM_PATH)`, tests)
}
