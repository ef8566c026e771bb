import { afterAll, afterEach, beforeAll, beforeEach } from '@jest/globals'
import type { Browser, BrowserContextOptions } from 'playwright-core'
import { type CalledApi, callStack } from '../http/running-api.ts'
import { STACK_TIMEOUT_MS } from '../poll.ts'
import { openPerson, type Person, startChromium } from './chromium.ts'
import { sharedStack } from './shared-stack.ts'

/** The system on this machine and a browser, for the tests of one file. */
export interface PageSuite {
  readonly api: CalledApi
  /**
   * Opens a browser for another person, which is closed after the test; after the file, if no test runs yet. Whatever is
   * wrong in it fails the file.
   */
  person(options?: BrowserContextOptions): Promise<Person>
}

/** Starts a browser before the tests of a file, and stops it after them. The system runs for all files. */
export function pageSuite(): PageSuite {
  let api: CalledApi
  let browser: Browser
  const ofFile: Person[] = []
  const ofTest: Person[] = []
  const problems: string[] = []
  let opened = ofFile
  const close = async (people: Person[]) => {
    for (const person of people.splice(0)) {
      problems.push(...person.problems)
      await person.close()
    }
  }
  beforeAll(async () => {
    api = callStack(sharedStack())
    browser = await startChromium()
  }, STACK_TIMEOUT_MS)
  beforeEach(() => {
    opened = ofTest
  })
  afterEach(async () => {
    opened = ofFile
    await close(ofTest)
  })
  afterAll(async () => {
    await close(ofFile)
    await browser?.close()
    api?.disconnect()
    if (problems.length > 0) throw new Error(`The pages had problems:\n${problems.join('\n')}`)
  }, STACK_TIMEOUT_MS)
  return {
    get api() {
      return api
    },
    person: async (options) => {
      const person = await openPerson(browser, [api.stack.api, api.stack.s3], options)
      opened.push(person)
      return person
    },
  }
}
