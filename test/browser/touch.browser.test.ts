import { expect, it } from '@jest/globals'
import type { CDPSession, Page } from 'playwright-core'
import { describeInBrowser } from '../support/browser/describe-in-browser.ts'
import { makeJob, openJob, readImagePlace } from '../support/browser/labeling.ts'
import { pageSuite } from '../support/browser/page-suite.ts'
import { pollUntil } from '../support/poll.ts'

interface Finger {
  readonly x: number
  readonly y: number
}

describeInBrowser('a finger on the labeling page', () => {
  const suite = pageSuite()
  const open = async (): Promise<{ page: Page; touch: CDPSession; middle: Finger }> => {
    const person = await suite.person({ hasTouch: true, isMobile: true, viewport: { width: 390, height: 780 } })
    const page = await person.newPage()
    await openJob(page, await makeJob(suite.api))
    const { left, top, scale, width, height } = await readImagePlace(page)
    const touch = await person.context.newCDPSession(page)
    return {
      page,
      touch,
      middle: { x: Math.round(left + (scale * width) / 2), y: Math.round(top + (scale * height) / 2) },
    }
  }
  const send = async (touch: CDPSession, type: 'touchStart' | 'touchMove' | 'touchEnd', ...touchPoints: Finger[]) =>
    void (await touch.send('Input.dispatchTouchEvent', { type, touchPoints }))

  it('draws a box, and shows in a loupe what it hides', async () => {
    const { page, touch, middle } = await open()
    const to = { x: middle.x + 60, y: middle.y + 50 }
    await send(touch, 'touchStart', middle)
    await send(touch, 'touchMove', { x: middle.x + 30, y: middle.y + 20 })
    await send(touch, 'touchMove', to)
    await page.locator('.loupe.shown').waitFor()
    await send(touch, 'touchEnd')
    await page.locator('.box').waitFor({ state: 'attached' })
    await page.locator('.loupe.shown').waitFor({ state: 'detached' })
    const outline = await page
      .locator('.box .line')
      .evaluate((rect: { getAttribute(name: string): string | null }) =>
        ['width', 'height'].map((name) => Number(rect.getAttribute(name))),
      )
    expect(outline.map((side) => side.toFixed(3))).toEqual(['60.000', '50.000'])
  })

  it('draws with two taps, without holding anything down', async () => {
    const { page, touch, middle } = await open()
    for (const at of [middle, { x: middle.x + 70, y: middle.y + 40 }]) {
      await send(touch, 'touchStart', at)
      await send(touch, 'touchEnd')
    }
    await page.locator('.box .handle').first().waitFor({ state: 'attached' })
  })

  it('zooms together with a second one, and draws nothing', async () => {
    const { page, touch, middle } = await open()
    const before = await readImagePlace(page)
    await send(touch, 'touchStart', { x: middle.x - 20, y: middle.y })
    await send(touch, 'touchStart', { x: middle.x - 20, y: middle.y }, { x: middle.x + 20, y: middle.y })
    await send(touch, 'touchMove', { x: middle.x - 60, y: middle.y }, { x: middle.x + 60, y: middle.y })
    await send(touch, 'touchEnd')
    await pollUntil(
      () => readImagePlace(page),
      ({ scale }) => Math.abs(scale / before.scale - 3) < 0.05,
      JSON.stringify,
    )
    expect(await page.locator('.box').count()).toBe(0)
  })

  it('does not scroll the page sideways at any width', async () => {
    const { page } = await open()
    for (const width of [320, 390, 768]) {
      await page.setViewportSize({ width, height: 780 })
      const overflow = await page.evaluate(() => {
        const { documentElement } = (
          globalThis as unknown as { document: { documentElement: { scrollWidth: number; clientWidth: number } } }
        ).document
        return documentElement.scrollWidth - documentElement.clientWidth
      })
      expect([width, overflow]).toEqual([width, 0])
    }
  })
})
