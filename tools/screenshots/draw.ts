import type { BrowserContext, Page } from 'playwright-core'
import { readImagePlace, waitForImage } from '../../test/support/browser/labeling.ts'

/** Boxes on the first image of the sample batch, as shares of its sides: left, top, right, bottom. */
const BOXES = [
  [0.02, 0.14, 0.22, 0.58],
  [0.16, 0.2, 0.34, 0.55],
  [0.74, 0.14, 0.98, 0.5],
] as const

/** Draws some boxes on the labeling page, begins another one, and takes a picture. */
export async function drawPicture(context: BrowserContext, link: string, path: string): Promise<void> {
  const page = await context.newPage()
  await page.goto(link)
  await page.getByRole('button', { name: /^Start/ }).click()
  await waitForImage(page)
  for (const [left, top, right, bottom] of BOXES) {
    await point(page, left, top)
    await page.mouse.down()
    await point(page, right, bottom)
    await page.mouse.up()
  }
  await page.waitForLoadState('networkidle')
  await page.screenshot({ path, type: 'jpeg', quality: 82 })
  await page.close()
}

async function point(page: Page, x: number, y: number): Promise<void> {
  const { left, top, scale, width, height } = await readImagePlace(page)
  await page.mouse.move(left + scale * width * x, top + scale * height * y, { steps: 4 })
}
