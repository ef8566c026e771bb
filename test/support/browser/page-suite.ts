import { afterAll, beforeAll } from '@jest/globals'
import type { Browser, BrowserContextOptions } from 'playwright-core'
import { type RunningApi, startApi } from '../http/running-api.ts'
import { STACK_TIMEOUT_MS } from '../poll.ts'
import { openPerson, type Person, startChromium } from './chromium.ts'

/** The system on this machine and a browser, for the tests of one file. */
export interface PageSuite {
  readonly api: RunningApi
  /** Opens a browser for another person. After the tests, whatever was wrong in it fails them. */
  person(options?: BrowserContextOptions): Promise<Person>
}

/** Starts the system with a sample dataset, and a browser, before the tests of a file; stops both after them. */
export function pageSuite(): PageSuite {
  let api: RunningApi
  let browser: Browser
  const people: Person[] = []
  beforeAll(async () => {
    api = await startApi()
    await api.importSample('sample-train')
    browser = await startChromium()
  }, STACK_TIMEOUT_MS)
  afterAll(async () => {
    await browser?.close()
    await api?.stop()
    const problems = people.flatMap((one) => one.problems)
    if (problems.length > 0) throw new Error(`The pages had problems:\n${problems.join('\n')}`)
  }, STACK_TIMEOUT_MS)
  return {
    get api() {
      return api
    },
    person: async (options) => {
      const person = await openPerson(browser, [api.stack.api, api.stack.s3], options)
      people.push(person)
      return person
    },
  }
}
