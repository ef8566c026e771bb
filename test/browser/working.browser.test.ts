import { GetObjectCommand, ListObjectsV2Command, PutObjectCommand } from '@aws-sdk/client-s3'
import { expect, it } from '@jest/globals'
import type { Page } from 'playwright-core'
import { describeInBrowser } from '../support/browser/describe-in-browser.ts'
import { makeJob, openJob, readAnswers, readImagePlace, waitForImage } from '../support/browser/labeling.ts'
import { pageSuite } from '../support/browser/page-suite.ts'
import { pollUntil } from '../support/poll.ts'

/** Draws a box by keys alone. */
const drawByKeys = async (page: Page) => {
  await waitForImage(page)
  await page.keyboard.press('b')
}
const savedText = (page: Page, text: RegExp) => page.getByText(text).first().waitFor()

describeInBrowser('working on the labeling page', () => {
  const suite = pageSuite()

  it('goes from the link to the finished job with the keyboard alone', async () => {
    const { api } = suite
    const { job, link } = await makeJob(api, {}, { images: 4 })
    const page = await (await suite.person()).newPage()
    await page.goto(link)
    await page.getByRole('button', { name: /^Start/ }).waitFor()
    for (let tabs = 0; tabs < 10; tabs++) {
      await page.keyboard.press('Tab')
      if (await page.getByRole('button', { name: /^Start/ }).evaluate((button) => button.matches(':focus'))) break
    }
    await page.keyboard.press('Enter')
    await waitForImage(page)
    const images = await page.locator('.dot').count()
    await page.keyboard.press('n')
    for (let image = 1; image < images; image++) {
      await drawByKeys(page)
      await page.keyboard.press('Shift+ArrowLeft')
      await page.keyboard.press('Alt+ArrowDown')
      await page.keyboard.press('Control+ArrowRight')
      await page.keyboard.press('Enter')
    }
    await page.getByRole('heading', { name: 'Done. Thank you.' }).waitFor()
    const { json } = await api.until(`/v1/labeling-jobs/${job}`, (answer) => answer.json.status === 'Completed')
    expect(json.counters).toMatchObject({ labeled: images, failed: 0 })
    const { json: annotations } = await api.call('GET', `/v1/labeling-jobs/${job}/annotations`)
    const counts = annotations.items.map((item: { boxes: unknown[] }) => item.boxes.length)
    expect(counts.toSorted()).toEqual([0, ...Array.from({ length: images - 1 }, () => 1)])
  })

  it('goes on without a network, and sends what waited once it is back', async () => {
    const job = await makeJob(suite.api)
    const person = await suite.person()
    const page = await person.newPage()
    await openJob(page, job)
    // The images of the block are loaded ahead.
    await page.waitForLoadState('networkidle')
    await person.context.setOffline(true)
    for (let image = 0; image < 3; image++) {
      await drawByKeys(page)
      await page.keyboard.press('Enter')
      await page.locator(`.dot:nth-child(${image + 2})[aria-current]`).waitFor()
    }
    await savedText(page, /3 answers kept on this computer/)
    expect((await readAnswers(job)).size).toBe(0)
    await person.context.setOffline(false)
    await savedText(page, /All 3 saved/)
    expect([...(await readAnswers(job)).values()].map(({ boxes }) => boxes.length)).toEqual([1, 1, 1])
  })

  it('finds what was drawn when its tab was closed before the answer', async () => {
    const job = await makeJob(suite.api)
    const person = await suite.person()
    const first = await person.newPage()
    await openJob(first, job)
    await drawByKeys(first)
    await drawByKeys(first)
    await first.getByRole('heading', { name: '2 boxes' }).waitFor()
    await first.close()
    const second = await person.newPage()
    await openJob(second, job)
    await second.getByRole('heading', { name: '2 boxes' }).waitFor()
    await second.keyboard.press('Enter')
    await savedText(second, /All 1 saved/)
    expect([...(await readAnswers(job)).values()].map(({ boxes }) => boxes.length)).toEqual([2])
  })

  it('sends answers that waited when the tab was closed', async () => {
    const job = await makeJob(suite.api)
    const person = await suite.person()
    const first = await person.newPage()
    await openJob(first, job)
    await person.context.setOffline(true)
    await drawByKeys(first)
    await first.keyboard.press('Enter')
    await savedText(first, /1 answer kept on this computer/)
    await first.close()
    await person.context.setOffline(false)
    const second = await person.newPage()
    await openJob(second, job)
    await savedText(second, /All 1 saved/)
    expect((await readAnswers(job)).size).toBe(1)
  })

  it('keeps answers when its link is replaced, and sends them once it is opened with the new one', async () => {
    const job = await makeJob(suite.api)
    const page = await (await suite.person()).newPage()
    await openJob(page, job)
    const { json } = await suite.api.call('POST', `/v1/workers/${job.worker}/rotate-link`, {})
    await drawByKeys(page)
    await page.keyboard.press('Enter')
    await savedText(page, /link is not valid any more.*1 answer/)
    await page.getByRole('button', { name: /Jobs/ }).click()
    await page.getByRole('button', { name: /lose 1 answer/ }).waitFor()
    await page.goto(json.link)
    await page.getByRole('button', { name: /^Start/ }).click()
    await savedText(page, /All 1 saved/)
  })

  it('says before it forgets what is drawn and not answered', async () => {
    const page = await (await suite.person()).newPage()
    await openJob(page, await makeJob(suite.api))
    await drawByKeys(page)
    await page.getByRole('heading', { name: '1 box' }).waitFor()
    await page.getByRole('button', { name: /Jobs/ }).click()
    await page.getByRole('button', { name: /lose .* 1 image/ }).click()
    await page.getByRole('textbox').waitFor()
  })

  it('gives the box that was just drawn another class when its worker wants that', async () => {
    const job = await makeJob(suite.api, {}, { classNames: ['Man', 'Woman'], images: 2 })
    const page = await (await suite.person()).newPage()
    await openJob(page, job)
    await drawByKeys(page)
    await page.keyboard.press('Enter')
    const place = await readImagePlace(page)
    await page.mouse.move(place.left + 30, place.top + 30)
    await page.mouse.down()
    await page.mouse.move(place.left + 120, place.top + 120, { steps: 3 })
    await page.mouse.up()
    await page.getByRole('radio', { name: /Woman/ }).click()
    await page.getByRole('alert').getByRole('button', { name: /Woman/ }).click()
    await page.keyboard.press('Enter')
    const answers = await pollUntil(
      async () => [...(await readAnswers(job)).values()].map(({ boxes }) => boxes.map(({ className }) => className)),
      (all) => all.length === 2,
    )
    expect(answers).toEqual([['Man'], ['Woman']])
  })

  it('saves answers in a browser that allows no storage', async () => {
    const job = await makeJob(suite.api, {}, { images: 2 })
    const person = await suite.person()
    await person.context.addInitScript("Object.defineProperty(globalThis, 'indexedDB', { value: undefined })")
    const page = await person.newPage()
    await openJob(page, job)
    await drawByKeys(page)
    await page.keyboard.press('Enter')
    await savedText(page, /All 1 saved/)
    expect((await readAnswers(job)).size).toBe(1)
  })

  it('is in one tab at a time, and another tab can take it over with what is drawn', async () => {
    const job = await makeJob(suite.api)
    const person = await suite.person()
    const first = await person.newPage()
    await openJob(first, job)
    await drawByKeys(first)
    await first.getByRole('heading', { name: '1 box' }).waitFor()
    const second = await person.newPage()
    await second.goto(job.link)
    await second.getByRole('button', { name: /^Start/ }).click()
    await second.getByRole('button', { name: 'Go on here' }).click()
    await second.getByRole('heading', { name: '1 box' }).waitFor()
    await waitForImage(second)
    await first.getByRole('heading', { name: 'You work in another tab' }).waitFor()
    await second.keyboard.press('Enter')
    await savedText(second, /All 1 saved/)
    await first.keyboard.press('Enter')
    expect((await readAnswers(job)).size).toBe(1)
  })

  it('lets an earlier answer of the block be changed', async () => {
    const job = await makeJob(suite.api)
    const page = await (await suite.person()).newPage()
    await openJob(page, job)
    await page.keyboard.press('n')
    await page.keyboard.press('PageUp')
    await page
      .getByRole('button', { name: 'Image 1 of 4, answered: empty' })
      .and(page.locator('[aria-current]'))
      .waitFor()
    await drawByKeys(page)
    await page.keyboard.press('Enter')
    const answers = await pollUntil(
      async () => [...(await readAnswers(job)).values()].map(({ boxes }) => boxes.length),
      (counts) => counts.includes(1),
    )
    expect(answers).toEqual([1])
    await savedText(page, /All 1 saved/)
  })

  it('saves what was changed on an answered image when another one is shown', async () => {
    const job = await makeJob(suite.api)
    const page = await (await suite.person()).newPage()
    await openJob(page, job)
    await drawByKeys(page)
    await page.keyboard.press('Enter')
    await page.locator('.dot:nth-child(2)[aria-current]').waitFor()
    await page.keyboard.press('PageUp')
    await page.getByRole('heading', { name: '1 box' }).waitFor()
    await page.keyboard.press('b')
    await page.getByRole('button', { name: /^Image 3/ }).click()
    await pollUntil(
      async () => [...(await readAnswers(job)).values()].map(({ boxes }) => boxes.length),
      (counts) => counts.includes(2),
    )
  })

  it('drops no boxes by one key: the same answer has to be chosen twice', async () => {
    const job = await makeJob(suite.api)
    const page = await (await suite.person()).newPage()
    await openJob(page, job)
    await drawByKeys(page)
    await page.keyboard.press('u')
    await page.getByRole('alert').waitFor()
    await page.keyboard.press('x')
    await page.keyboard.press('u')
    expect((await readAnswers(job)).size).toBe(0)
    await page.keyboard.press('u')
    await savedText(page, /All 1 saved/)
    expect([...(await readAnswers(job)).values()].map(({ answer }) => answer)).toEqual(['cannot-tell'])
  })

  it('says that others got the images of somebody who was away for too long, and keeps the answers', async () => {
    const { api } = suite
    const job = await makeJob(api, {}, { images: 4 })
    const page = await (await suite.person()).newPage()
    await page.clock.install()
    await openJob(page, job)
    await drawByKeys(page)
    await page.keyboard.press('Enter')
    await savedText(page, /All 1 saved/)
    await expireLeases(job.job)
    const { json: other } = await api.call('PUT', `/v1/workers/other-${job.job}`, { jobs: [job.job] })
    const { json: session } = await api.call('POST', '/v1/me/sessions', { secret: other.link })
    const authorization = `Bearer ${session.session}`
    const { json: taken } = await api.call('POST', `/v1/me/jobs/${job.job}/next`, {}, { authorization })
    // All but the one that is answered.
    expect(taken.tasks).toHaveLength((await page.locator('.dot').count()) - 1)
    await page.clock.fastForward(16 * 60_000)
    await page.getByRole('heading', { name: /No image for you|Done/ }).waitFor()
  })

  /** Ends all leases of a job in its stored state, as the time does. */
  async function expireLeases(job: string): Promise<void> {
    const { s3, stack } = suite.api
    const Prefix = `system/labeling-work/${job}/`
    const { Contents = [] } = await s3.send(new ListObjectsV2Command({ Bucket: stack.bucket, Prefix }))
    expect(Contents).not.toEqual([])
    for (const { Key } of Contents.filter((one) => /\/shards?[/-]/.test(one.Key ?? ''))) {
      const { Body } = await s3.send(new GetObjectCommand({ Bucket: stack.bucket, Key }))
      const shard = JSON.parse((await Body?.transformToString()) ?? '')
      const leases = shard.leases.map((lease: object) => ({
        ...lease,
        until: new Date(Date.now() - 1000).toISOString(),
      }))
      await s3.send(new PutObjectCommand({ Bucket: stack.bucket, Key, Body: JSON.stringify({ ...shard, leases }) }))
    }
  }
})
