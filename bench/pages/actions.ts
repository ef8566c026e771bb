import type { Page } from 'playwright-core'
import { openJob, type PageJob, readAnswers, readImagePlace } from '../../test/support/browser/labeling.ts'
import type { Row } from '../report.ts'

/**
 * What the documents of other tools ask for, counted the same way.
 *
 * CVAT (shape mode, by two points): for each box `N` and two clicks; for another class the label is chosen in the window of the
 * tool, in two clicks, and drawing begins with a third; `Ctrl+S` saves and `F` shows the next image.
 * Label Studio: for each box the hotkey of its label, which is let go after each region, and a drag; `Ctrl+Enter` submits.
 * @see https://docs.cvat.ai/docs/manual/basics/shape-mode-basics/
 * @see https://labelstud.io/guide/labeling
 */
const OTHERS = {
  one: { cvat: 3 + 2, labelStudio: 2 + 1 },
  five: { cvat: 5 * 3 + 3 + 2, labelStudio: 5 * 2 + 1 },
} as const

/** Counts what a worker does for one box, and for five boxes of two classes, and checks that the server has them. */
export async function countActions(page: Page, job: PageJob): Promise<Row[]> {
  await openJob(page, job)
  const one = await drawImage(page, [1])
  const five = await drawImage(page, [3, 2])
  const saved = [...(await readAnswers(job)).values()].map(({ boxes }) => boxes.length).toSorted()
  if (saved.join() !== '1,5') throw new Error(`The server has ${saved.join(' and ')} boxes instead of 1 and 5`)
  const row = (measure: string, figure: number, others: { cvat: number; labelStudio: number }): Row => ({
    measure,
    figure,
    unit: 'actions',
    how: `by their documents: CVAT ${others.cvat}, Label Studio ${others.labelStudio}`,
  })
  return [row('one box, saved', one, OTHERS.one), row('five boxes of two classes, saved', five, OTHERS.five)]
}

/** Draws boxes of the first class, then of the second, and saves them. @returns how many actions that took */
async function drawImage(page: Page, counts: readonly number[]): Promise<number> {
  const { left, top, scale, width, height } = await readImagePlace(page)
  let actions = 0
  const press = async (key: string): Promise<void> => {
    await page.keyboard.press(key)
    actions += 1
  }
  let drawn = 0
  for (const [index, count] of counts.entries()) {
    // The class of the first box is chosen already.
    if (index > 0) await press(String(index + 1))
    for (let box = 0; box < count; box++) {
      const x = left + (scale * width * (1 + drawn)) / 8
      const y = top + (scale * height) / 3
      await page.mouse.move(x, y)
      await page.mouse.down()
      await page.mouse.move(x + 25, y + 40, { steps: 3 })
      await page.mouse.up()
      actions += 1
      drawn += 1
    }
  }
  const before = await page.locator('.dot.answered').count()
  await press('Enter')
  await page.locator('.dot.answered').nth(before).waitFor()
  await page.getByText(/^✓ All \d+ saved$/).waitFor()
  return actions
}
