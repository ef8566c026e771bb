import { beforeAll, describe, expect, it } from '@jest/globals'
import type { Page } from 'playwright-core'
import { describeInBrowser } from '../support/browser/describe-in-browser.ts'
import {
  makeJob,
  openJob,
  type PageBox,
  type PageJob,
  readAnswers,
  readImagePlace,
} from '../support/browser/labeling.ts'
import { pageSuite } from '../support/browser/page-suite.ts'
import { pollUntil } from '../support/poll.ts'

/** A place in the image as stored, in pixels; where in the window it is follows from what is shown. */
type Place = readonly [x: number, y: number]

describeInBrowser('a gesture on the labeling page', () => {
  const suite = pageSuite()
  let page: Page
  let job: PageJob

  /** Whole CSS pixels of the window, so that the browser sends them as they are, and the places that they are. */
  const toWindow = async ([x, y]: Place) => {
    const { left, top, scale } = await readImagePlace(page)
    const at = { x: Math.round(left + scale * x), y: Math.round(top + scale * y) }
    return { ...at, image: { x: (at.x - left) / scale, y: (at.y - top) / scale } }
  }
  const point = async (place: Place) => {
    const at = await toWindow(place)
    await page.mouse.move(at.x, at.y)
    return at.image
  }
  const press = async (place: Place) => {
    const image = await point(place)
    await page.mouse.down()
    await page.mouse.up()
    return image
  }
  const drag = async (from: Place, to: Place) => {
    const start = await point(from)
    await page.mouse.down()
    const end = await point(to)
    await page.mouse.up()
    return [start, end] as const
  }
  const around = (...points: readonly { x: number; y: number }[]): PageBox => {
    const [xs, ys] = [points.map(({ x }) => x), points.map(({ y }) => y)]
    const [left, top] = [Math.min(...xs), Math.min(...ys)]
    return { className: 'Person', left, top, width: Math.max(...xs) - left, height: Math.max(...ys) - top }
  }
  /** Answers with what is drawn, and expects the API to have it to a hundredth of a pixel. */
  const expectSaved = async (...boxes: readonly PageBox[]) => {
    const image = await page.locator('.dot[aria-current]').getAttribute('aria-label')
    const line = Number(/Image (\d+)/.exec(image ?? '')?.[1])
    await page.keyboard.press('Enter')
    await page.getByRole('button', { name: `Image ${line} of 10, answered: boxes` }).waitFor()
    await page.getByText(/^✓ All \d+ saved$/).waitFor()
    const saved = (await readAnswers(job)).get(line)
    expect(saved?.boxes).toHaveLength(boxes.length)
    boxes.forEach((box, index) => {
      const got = saved!.boxes[index]!
      for (const side of ['left', 'top', 'width', 'height'] as const)
        expect(Math.abs(got[side] - box[side])).toBeLessThan(0.01)
      expect(got.className).toBe(box.className)
    })
  }
  /** Zooms to a scale at a place, which then lies in the middle. */
  const zoomTo = async (scale: number) => {
    await page.keyboard.press('o')
    if (scale === 8) for (let step = 0; step < 9; step++) await page.keyboard.press('+')
    const wanted = scale === 8 ? 1.25 ** 9 : scale
    // What is shown follows with the next frame.
    await pollUntil(
      () => readImagePlace(page),
      (place) => Math.abs(place.scale - wanted) < 1e-6,
      JSON.stringify,
    )
  }
  /** Places around the middle of the image, so far apart that the surface shows them all. */
  const near = async (dx: number, dy: number): Promise<Place> => {
    const { width, height, scale } = await readImagePlace(page)
    return [width / 2 + dx / scale, height / 2 + dy / scale]
  }

  describe.each([1, 8])('at zoom %d', (scale) => {
    // A job for each, so that no block is handed back and its answers can be read.
    beforeAll(async () => {
      page = await (await suite.person()).newPage()
      job = await makeJob(suite.api, {}, { images: 10 })
      await openJob(page, job)
    })

    it('that drags from corner to corner draws a box', async () => {
      await zoomTo(scale)
      const corners = await drag(await near(-120, -90), await near(130, 80))
      await expectSaved(around(...corners))
    })

    it('of two clicks draws a box', async () => {
      await zoomTo(scale)
      const corners = [await press(await near(150, 100)), await press(await near(-77, -33))]
      await expectSaved(around(...corners))
    })

    it('of four clicks on the extreme points draws a box, whatever their order', async () => {
      await zoomTo(scale)
      await page.keyboard.press('e')
      const points = [
        await press(await near(0, 120)),
        await press(await near(-140, 10)),
        await press(await near(20, -111)),
        await press(await near(99, 30)),
      ]
      await page.keyboard.press('e')
      await expectSaved(around(...points))
    })

    it('of four keys sets the sides at the pointer', async () => {
      await zoomTo(scale)
      const { y: top } = await point(await near(3, -100))
      await page.keyboard.press('w')
      const { x: left } = await point(await near(-88, 4))
      await page.keyboard.press('a')
      const { y: bottom } = await point(await near(8, 93))
      await page.keyboard.press('s')
      const { x: right } = await point(await near(121, -7))
      await page.keyboard.press('d')
      await expectSaved(around({ x: left, y: top }, { x: right, y: bottom }))
    })

    it('that drags a side, and one that clicks on a corner and on its new place, change the box', async () => {
      await zoomTo(scale)
      const [from, to] = await drag(await near(-100, -100), await near(100, 100))
      const [grabbed, right] = await drag(await near(100, 0), await near(140, 20))
      const taken = await press(await near(-100, -100))
      const corner = await press(await near(-60, -130))
      const moved = around(
        { x: from.x + corner.x - taken.x, y: from.y + corner.y - taken.y },
        { x: to.x + right.x - grabbed.x, y: to.y },
      )
      await expectSaved(moved)
    })
  })
})
