import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import type { Browser, Page } from 'playwright-core'
import { startReadyDev } from '../../test/endurance/dev-process.ts'
import { makeJob, openJob } from '../../test/support/browser/labeling.ts'
import { callStack } from '../../test/support/http/running-api.ts'

/** From an opened link to the first image on the surface. */
export interface FirstImage {
  readonly milliseconds: number
  /** Requests of the page until then. */
  readonly requests: number
}

/**
 * Opens a link with an empty cache, and presses Start.
 * @param latencyMilliseconds how far the API and the images are away from the browser
 */
export async function measureFirstImage(page: Page, link: string, latencyMilliseconds = 0): Promise<FirstImage> {
  const network = await page.context().newCDPSession(page)
  const anySpeed = { downloadThroughput: -1, uploadThroughput: -1 }
  await network.send('Network.enable')
  await network.send('Network.emulateNetworkConditions', {
    ...{ offline: false, latency: latencyMilliseconds },
    ...anySpeed,
  })
  let requests = 0
  const count = (): void => {
    requests += 1
  }
  page.on('request', count)
  const start = performance.now()
  await openJob(page, { link })
  const milliseconds = performance.now() - start
  page.off('request', count)
  await network.detach()
  return { milliseconds, requests }
}

/** Opens the link to a job as the first thing that a stack does after its start. */
export async function measureColdStart(browser: Browser): Promise<FirstImage> {
  const directory = await mkdtemp(join(tmpdir(), 'groundwork-cold-'))
  const context = await browser.newContext({ viewport: { width: 1280, height: 800 } })
  try {
    const before = await startReadyDev(directory)
    const { accessKeyId, secretAccessKey, api } = before
    const s3Credentials = { accessKeyId, secretAccessKey }
    const { link } = await makeJob(callStack({ ...before, bucket: 'groundwork', s3Credentials }), {}, { images: 10 })
    await before.kill()
    const after = await startReadyDev(directory)
    const first = await measureFirstImage(await context.newPage(), link.replace(api, after.api))
    await after.kill()
    return first
  } finally {
    await context.close()
    await rm(directory, { recursive: true, force: true })
  }
}
