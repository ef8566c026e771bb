import type { BrowserContext, Page } from 'playwright-core'
import { readImagePlace, waitForImage } from '../../test/support/browser/labeling.ts'

/** A box, as shares of the sides of its image. */
export interface PictureBox {
  readonly className: string
  readonly xMin: number
  readonly yMin: number
  readonly xMax: number
  readonly yMax: number
}

/**
 * Draws boxes on an image of the labeling page, and takes a picture.
 * @param number of the image in the block, from 1 on
 */
export async function drawPicture(
  context: BrowserContext,
  { link, number, boxes }: { readonly link: string; readonly number: number; readonly boxes: readonly PictureBox[] },
  path: string,
): Promise<void> {
  const page = await context.newPage()
  await page.goto(link)
  await page.getByRole('button', { name: /^Start/ }).click()
  await page.getByRole('button', { name: `Image ${number} of` }).click()
  await waitForImage(page)
  await page.waitForLoadState('networkidle')
  for (const { className, xMin, yMin, xMax, yMax } of boxes) {
    await page.keyboard.press('Escape')
    await page.getByRole('radio', { name: className }).click()
    await point(page, xMin, yMin)
    await page.mouse.down()
    await point(page, xMax, yMax)
    await page.mouse.up()
  }
  await page.screenshot({ path, type: 'jpeg', quality: 82 })
  await page.close()
}

async function point(page: Page, x: number, y: number): Promise<void> {
  const { left, top, scale, width, height } = await readImagePlace(page)
  await page.mouse.move(left + scale * width * x, top + scale * height * y, { steps: 4 })
}
