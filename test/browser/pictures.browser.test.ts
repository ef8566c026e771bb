import { GetObjectCommand, PutObjectCommand } from '@aws-sdk/client-s3'
import { expect, it } from '@jest/globals'
import type { Page } from 'playwright-core'
import { describeInBrowser } from '../support/browser/describe-in-browser.ts'
import {
  makeJob,
  openJob,
  type PageJob,
  readAnswers,
  readImagePlace,
  waitForImage,
} from '../support/browser/labeling.ts'
import { pageSuite } from '../support/browser/page-suite.ts'
import { pollUntil } from '../support/poll.ts'

/** An EXIF block that says that the picture is to be turned by 90 degrees: orientation 6. */
const TURNED = Buffer.from('ffe1002245786966000049492a0008000000010012010300010000000600000000000000', 'hex')

describeInBrowser('an image on the labeling page', () => {
  const suite = pageSuite()

  /** Replaces the image of the first task in the bucket. */
  async function replaceFirst(
    { job, call }: PageJob,
    change: (bytes: Buffer) => Promise<Buffer> | Buffer,
  ): Promise<void> {
    const { s3, stack } = suite.api
    const { json } = await call('POST', `/v1/me/jobs/${job}/next`, {})
    const Key = decodeURIComponent(new URL(json.tasks[0].image).pathname.replace(`/${stack.bucket}/`, ''))
    const { Body } = await s3.send(new GetObjectCommand({ Bucket: stack.bucket, Key }))
    const bytes = Buffer.from((await Body?.transformToByteArray()) ?? [])
    await s3.send(
      new PutObjectCommand({ Bucket: stack.bucket, Key, Body: await change(bytes), ContentType: 'image/jpeg' }),
    )
  }
  const withTurn = (bytes: Buffer): Buffer => Buffer.concat([bytes.subarray(0, 2), TURNED, bytes.subarray(2)])
  const drag = async (page: Page, by: number) => {
    const { left, top, scale, width, height } = await readImagePlace(page)
    const at = [left + (scale * width) / 2, top + (scale * height) / 2] as const
    await page.mouse.move(...at)
    await page.mouse.down()
    await page.mouse.move(at[0] + by, at[1] + by, { steps: 4 })
    await page.mouse.up()
  }

  it('that its EXIF data turns is shown as stored, and takes boxes in stored pixels', async () => {
    const job = await makeJob(suite.api)
    await replaceFirst(job, withTurn)
    const page = await (await suite.person()).newPage()
    await openJob(page, job)
    const { width, height } = await readImagePlace(page)
    const natural = await page
      .locator('.stage img')
      .evaluate((image: { naturalWidth: number; naturalHeight: number }) => [image.naturalWidth, image.naturalHeight])
    // The browser knows the turn, and does not follow it.
    expect(natural).toEqual([height, width])
    await drag(page, 60)
    await page.getByRole('heading', { name: '1 box' }).waitFor()
  })

  it('with other proportions than the server says takes no box', async () => {
    const job = await makeJob(suite.api)
    // The link of the second image shows another picture in the place of the first.
    const { json } = await job.call('POST', `/v1/me/jobs/${job.job}/next`, {})
    const other = json.tasks.find(
      (task: { width: number; height: number }) =>
        task.width / task.height !== json.tasks[0].width / json.tasks[0].height,
    )
    const picture = Buffer.from(await (await fetch(other.image)).arrayBuffer())
    await replaceFirst(job, () => picture)
    const page = await (await suite.person()).newPage()
    await page.goto(job.link)
    await page.getByRole('button', { name: /^Start/ }).click()
    await page
      .getByRole('alert')
      .getByText(/stored as/)
      .waitFor()
    await page.keyboard.press('b')
    await page.keyboard.press('Enter')
    expect(await page.locator('.box').count()).toBe(0)
    expect((await readAnswers(job)).size).toBe(0)
    await page.keyboard.press('p')
    await pollUntil(
      async () => (await readAnswers(job)).size,
      (count) => count === 1,
    )
  })

  it('that is slow takes no box before it is there', async () => {
    const job = await makeJob(suite.api)
    const page = await (await suite.person()).newPage()
    let arrive = (): void => undefined
    const arrived = new Promise<void>((resolve) => {
      arrive = resolve
    })
    await page.route(`${suite.api.stack.s3}/**`, async (route) => {
      await arrived
      await route.continue()
    })
    await page.goto(job.link)
    await page.getByRole('button', { name: /^Start/ }).click()
    await page.getByText('Loading the image …').waitFor()
    await page.keyboard.press('b')
    await page.keyboard.press('Enter')
    expect(await page.locator('.box').count()).toBe(0)
    arrive()
    await waitForImage(page)
    await page.keyboard.press('b')
    await page.getByRole('heading', { name: '1 box' }).waitFor()
  })

  it('that cannot be loaded can be tried again', async () => {
    const job = await makeJob(suite.api)
    const page = await (await suite.person()).newPage()
    await page.route(`${suite.api.stack.s3}/**`, (route) => route.abort())
    await page.goto(job.link)
    await page.getByRole('button', { name: /^Start/ }).click()
    const again = page.getByRole('button', { name: 'Try again' })
    await again.waitFor()
    await page.unroute(`${suite.api.stack.s3}/**`)
    await again.click()
    await waitForImage(page)
  })

  it('takes 500 boxes and no more, and saves them', async () => {
    const job = await makeJob(suite.api)
    const page = await (await suite.person()).newPage()
    await openJob(page, job)
    await drag(page, 40)
    await page.keyboard.press('c')
    // At once, as a key that is held down repeats faster than the browser shows.
    await page.evaluate(`for (let pasted = 1; pasted < 495; pasted++)
      document.dispatchEvent(new KeyboardEvent('keydown', { key: 'v', code: 'KeyV' }))`)
    for (let pasted = 0; pasted < 10; pasted++) await page.keyboard.press('v')
    await page.getByRole('heading', { name: '500 boxes' }).waitFor()
    await page.keyboard.press('Enter')
    await page
      .getByText(/All 1 saved/)
      .first()
      .waitFor()
    expect([...(await readAnswers(job)).values()].map(({ boxes }) => boxes.length)).toEqual([500])
  })
})
