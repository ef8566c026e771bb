import { existsSync } from 'node:fs'
import axe from 'axe-core'
import { type Browser, type BrowserContext, type BrowserContextOptions, chromium, type Page } from 'playwright-core'

/** Debian's packages, and what other systems call it. */
const PATHS = [
  process.env.CHROMIUM_PATH,
  '/usr/bin/chromium-headless-shell',
  '/usr/bin/chromium',
  '/usr/bin/chromium-browser',
  '/usr/bin/google-chrome',
]

/** The path of a Chromium on this machine; undefined if there is none. */
export const CHROMIUM = PATHS.find((path) => path !== undefined && path !== '' && existsSync(path))

/** Nothing but the page may send requests, and root may run it. */
const ARGUMENTS = [
  '--no-sandbox',
  '--disable-gpu',
  '--disable-quic',
  '--no-first-run',
  '--disable-background-networking',
  '--disable-component-update',
  '--disable-sync',
]

/**
 * Starts a Chromium.
 * @throws Error when there is none
 */
export async function startChromium(): Promise<Browser> {
  if (CHROMIUM === undefined)
    throw new Error("There is no Chromium: install Debian's chromium-headless-shell, or set CHROMIUM_PATH")
  return await chromium.launch({ executablePath: CHROMIUM, args: ARGUMENTS })
}

/** For each wait: a loaded machine takes its time. */
const TIMEOUT_MILLISECONDS = 120_000

/** A browser of one person. */
export interface Person {
  readonly context: BrowserContext
  newPage(): Promise<Page>
  /** What was wrong so far: errors, violations of the content security policy, requests to other hosts. */
  readonly problems: readonly string[]
  close(): Promise<void>
}

/** Opens a browser for one person, who may only call the given origins. */
export async function openPerson(
  browser: Browser,
  origins: readonly string[],
  options: BrowserContextOptions = {},
): Promise<Person> {
  const context = await browser.newContext({
    viewport: { width: 1280, height: 800 },
    reducedMotion: 'reduce',
    ...options,
  })
  context.setDefaultTimeout(TIMEOUT_MILLISECONDS)
  await context.addInitScript({ content: axe.source })
  const problems: string[] = []
  const newPage = async (): Promise<Page> => {
    const page = await context.newPage()
    page.on('pageerror', (error) => problems.push(`error: ${error.message}`))
    page.on('console', (message) => {
      // Without a network, the browser reports each request that fails.
      const text = message.text()
      if (message.type() === 'error' && !text.startsWith('Failed to load resource')) problems.push(`console: ${text}`)
    })
    page.on('request', (request) => {
      const { origin, protocol } = new URL(request.url())
      if (protocol !== 'data:' && protocol !== 'blob:' && !origins.includes(origin))
        problems.push(`request: ${request.url()}`)
    })
    return page
  }
  return { context, newPage, problems, close: () => context.close() }
}

/**
 * Returns what axe-core finds in a page: rule, and the elements.
 * @param rules the only rules to look for; by default all
 */
export async function findAxeViolations(page: Page, rules?: string[]): Promise<string[]> {
  const { violations } = await page.evaluate(
    // What passes is not described: that takes longer than to find what does not.
    (only) =>
      (globalThis as unknown as { axe: typeof axe }).axe.run({
        resultTypes: ['violations'],
        ...(only && { runOnly: only }),
      }),
    rules,
  )
  return violations.map(({ id, nodes }) => `${id}: ${nodes.map(({ html }) => html.slice(0, 160)).join(' | ')}`)
}
