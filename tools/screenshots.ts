import { mkdir, mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { seedSampleDatasets } from '../local/sample-data/seed.ts'
import { startStack } from '../local/stack.ts'
import { startChromium } from '../test/support/browser/chromium.ts'
import { drawPicture } from './screenshots/draw.ts'
import { prepare } from './screenshots/prepare.ts'

/** Where the README finds them. */
const FOLDER = fileURLToPath(new URL('../docs/images/', import.meta.url))
const VIEW = { width: 1440, height: 900 }

/** Takes the pictures of the README with the sample data (`npm run screenshots`). */
async function main(): Promise<void> {
  const directory = await mkdtemp(join(tmpdir(), 'screenshots-'))
  const stack = await startStack({ directory, onLog: console.error })
  const browser = await startChromium()
  try {
    await seedSampleDatasets(stack)
    await mkdir(FOLDER, { recursive: true })
    const { batch, job, drawing } = await prepare(stack)
    const context = await browser.newContext({ viewport: VIEW, colorScheme: 'light', reducedMotion: 'reduce' })
    const take = async (name: string, path: string, wait: string): Promise<void> => {
      const page = await context.newPage()
      await page.goto(`${stack.api}/app#/${path}`)
      await page.getByLabel('API token').fill(stack.token)
      await page.getByRole('button', { name: 'Sign in' }).click()
      await page.locator(wait).first().waitFor()
      await page.waitForLoadState('networkidle')
      await page
        .locator(wait)
        .first()
        .evaluate((element: { scrollIntoView(): void }) => element.scrollIntoView())
      // Images below the window are loaded once they are near, and decoded after that.
      await page.evaluate('Promise.all([...document.images].map((image) => image.decode()))')
      await page.screenshot({ path: join(FOLDER, `${name}.jpg`), type: 'jpeg', quality: 82 })
      await page.close()
    }
    await drawPicture(context, drawing, join(FOLDER, 'label.jpg'))
    await take('batch', `batches/${batch}`, "main h2:text-is('Images')")
    await take('job', `jobs/${job}`, 'main h2')
  } finally {
    await browser.close()
    await stack.stop()
    await rm(directory, { recursive: true })
  }
}

await main()
process.exit()
