import type { Browser, Page } from 'playwright-core'
import { readImagePlace, waitForImage } from '../../test/support/browser/labeling.ts'
import { pollUntil } from '../../test/support/poll.ts'
import { openPeer, PEERS, type Peer } from './peers.ts'

const MOVES = 120
const BOXES = 100

/** In CSS pixels of the window. */
interface Point {
  readonly x: number
  readonly y: number
}

/** Draws boxes on the labeling page, and returns the place for one more: the third of the image from its corner. */
export async function drawBoxes(page: Page): Promise<Point> {
  const { left, top, scale, width, height } = await readImagePlace(page)
  const [x, y] = [left + (scale * width) / 3, top + (scale * height) / 3]
  await page.mouse.move(x, y)
  await page.mouse.down()
  await page.mouse.move(x + 30, y + 30, { steps: 3 })
  await page.mouse.up()
  await page.keyboard.press('c')
  for (let box = 1; box < BOXES; box++) {
    await page.mouse.move(left + 40 + (box % 10) * 20, top + 40 + Math.floor(box / 10) * 20)
    await page.keyboard.press('v')
  }
  await page.getByRole('heading', { name: `${BOXES} boxes` }).waitFor()
  await waitForImage(page)
  return { x, y }
}

/** The script time of drags that draw a box, in milliseconds. Each is taken back where that is possible. */
export async function measureDrags(page: Page, { x, y }: Point, runs: number): Promise<number[]> {
  const client = await page.context().newCDPSession(page)
  await client.send('Performance.enable')
  const readScript = async (): Promise<number> => {
    const { metrics } = await client.send('Performance.getMetrics')
    return 1000 * (metrics.find(({ name }) => name === 'ScriptDuration')?.value ?? 0)
  }
  const drags: number[] = []
  for (let run = 0; run < runs; run++) {
    await page.mouse.move(x, y)
    const before = await readScript()
    await page.mouse.down()
    for (let move = 1; move <= MOVES; move++) await page.mouse.move(x + move, y + move / 2)
    await page.mouse.up()
    drags.push((await readScript()) - before)
    await page.keyboard.press('Control+z')
  }
  await client.detach()
  return drags
}

/** The best script time of the same drag in other libraries, by their names. */
export async function measurePeers(browser: Browser, image: string, runs: number): Promise<[Peer, number][]> {
  const found: [Peer, number][] = []
  for (const peer of PEERS) {
    const context = await browser.newContext({ viewport: { width: 1280, height: 800 } })
    const page = await context.newPage()
    await openPeer(page, peer, image, BOXES)
    const drags = await measureDrags(page, { x: 340, y: 260 }, runs)
    // Some tell of a box only after the event that has made it.
    const drawn = await pollUntil(
      () => page.evaluate<number>('globalThis.drags'),
      (count) => count >= runs,
    )
    if (drawn !== runs) throw new Error(`${peer} has drawn ${drawn} of ${runs} boxes`)
    found.push([peer, Math.min(...drags)])
    await context.close()
  }
  return found
}
