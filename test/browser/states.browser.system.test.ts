import { expect, it } from '@jest/globals'
import type { Page } from 'playwright-core'
import { describeInBrowser } from '../support/browser/describe-in-browser.ts'
import { expectAccessible } from '../support/browser/expect-accessible.ts'
import { makeJob, openJob, type PageJob, waitForImage } from '../support/browser/labeling.ts'
import { pageSuite } from '../support/browser/page-suite.ts'

describeInBrowser('the labeling page can be used by everybody', () => {
  const suite = pageSuite()
  const open = async (request: object = {}, options: Parameters<typeof makeJob>[2] = {}): Promise<[Page, PageJob]> => {
    const job = await makeJob(suite.api, request, options)
    const page = await (await suite.person()).newPage()
    await openJob(page, job)
    return [page, job]
  }

  it('while somebody signs in, with a wrong link too', async () => {
    const page = await (await suite.person()).newPage()
    await page.goto(`${suite.api.stack.api}/label`)
    await page.getByLabel('Your link').fill('not a link')
    await expectAccessible(page)
    await page.getByRole('button', { name: 'Sign in' }).click()
    await page.getByRole('alert').waitFor()
    await expectAccessible(page)
    await page.getByLabel('Your link').fill(`w.${'x'.repeat(43)}`)
    await page.getByRole('button', { name: 'Sign in' }).click()
    await page.getByText(/not valid any more/).waitFor()
  })

  it('in the list of jobs, and where there is none', async () => {
    const { link } = await makeJob(suite.api)
    const page = await (await suite.person()).newPage()
    await page.goto(link)
    await page.getByRole('button', { name: /^Start/ }).waitFor()
    expect(new URL(page.url()).hash).toBe('')
    await expectAccessible(page)
    const none = await makeJob(suite.api, {}, { worker: { jobs: ['another-job'] } })
    const other = await (await suite.person()).newPage()
    await other.goto(none.link)
    await other.getByText(/There is no job for you now/).waitFor()
    await expectAccessible(other)
  })

  it('while somebody draws, and in each dialog', async () => {
    const [page] = await open({}, { classNames: CLASSES, images: 2 })
    await page.keyboard.press('b')
    await page.keyboard.press('b')
    await expectAccessible(page)
    for (const key of ['?', 'i', '/']) {
      await page.keyboard.press(key)
      await page.getByRole('dialog').waitFor()
      await expectAccessible(page)
      await page.keyboard.press('Escape')
      await page.getByRole('dialog').waitFor({ state: 'hidden' })
    }
    await page.locator('details.light summary').click()
    await expectAccessible(page)
  })

  it('with more classes than digits: 0 is the tenth, and others are found by their name', async () => {
    const [page] = await open({}, { classNames: CLASSES, images: 1 })
    const chosen = page.getByRole('radio', { checked: true }).and(page.locator('.class'))
    await page.keyboard.press('0')
    await chosen.getByText(CLASSES[9]!).waitFor()
    await page.keyboard.press('/')
    await page.getByLabel('Type some letters of it').fill(CLASSES[11]!.slice(0, 4).toLowerCase())
    await page.keyboard.press('Enter')
    await chosen.getByText(CLASSES[11]!).waitFor()
  })

  it('in practice, where what is right is shown afterwards', async () => {
    const [page] = await open({ gold: { share: 0.5, practice: 1 } })
    await page
      .getByText(/Practice/)
      .first()
      .waitFor()
    await expectAccessible(page)
    await page.keyboard.press('b')
    await page.keyboard.press('Enter')
    await page.getByRole('button', { name: /^Go on/ }).waitFor()
    expect(await page.locator('.truth .box').count()).toBeGreaterThan(0)
    await expectAccessible(page)
    await page.keyboard.press('Enter')
    await page.getByRole('button', { name: /^Nothing here/ }).waitFor()
  })

  it('where boxes are adjusted, and where they are verified', async () => {
    const [adjust, first] = await open({ mode: 'adjust', boxesFrom: 'open-images' }, { images: 3 })
    await adjust.locator('.box').first().waitFor({ state: 'attached' })
    await expectAccessible(adjust)
    await adjust.keyboard.press('Enter')
    await adjust
      .getByText(/All 1 saved/)
      .first()
      .waitFor()
    expect(first.job).toBeTruthy()
    const [verify] = await open({ mode: 'verify', boxesFrom: 'open-images' }, { images: 3 })
    await verify.getByRole('button', { name: /^Correct/ }).waitFor()
    await expectAccessible(verify)
    await verify.keyboard.press('y')
    await verify
      .getByText(/All 1 saved/)
      .first()
      .waitFor()
  })

  it('where a reviewer chooses between two readings of an image', async () => {
    const { api } = suite
    const job = await makeJob(api, { workersPerObject: 2, review: 'disputes' }, { images: 1 })
    const draw = async (link: string, key: string) => {
      const page = await (await suite.person()).newPage()
      await openJob(page, { link })
      while (!(await page.getByRole('heading', { name: 'Done. Thank you.' }).isVisible())) {
        await page.keyboard.press(key)
        if (key === 'b') await page.keyboard.press('Enter')
        await page.waitForTimeout(50)
      }
      return page
    }
    const done = await draw(job.link, 'n')
    await expectAccessible(done)
    const { json: second } = await api.call('PUT', `/v1/workers/second-${job.job}`, { jobs: [job.job] })
    await draw(second.link, 'b')
    const { json: reviewer } = await api.call('PUT', `/v1/workers/reviewer-${job.job}`, {
      role: 'review',
      jobs: [job.job],
    })
    const page = await (await suite.person()).newPage()
    await openJob(page, { link: reviewer.link })
    await page.getByRole('heading', { name: 'Which one is right?' }).waitFor()
    await expectAccessible(page)
    await page.getByRole('button', { name: /1 box/ }).first().click()
    await page.getByRole('heading', { name: '1 box' }).waitFor()
    await page.keyboard.press('Escape')
    await page.keyboard.press('Escape')
    await page.getByRole('heading', { name: 'Which one is right?' }).waitFor()
  })

  it('where nothing is left but what others have', async () => {
    const job = await makeJob(suite.api, {}, { images: 1 })
    await job.call('POST', `/v1/me/jobs/${job.job}/next`, {})
    const { json: other } = await suite.api.call('PUT', `/v1/workers/other-${job.job}`, { jobs: [job.job] })
    const page = await (await suite.person()).newPage()
    await page.goto(other.link)
    await page.getByRole('button', { name: /^Start/ }).click()
    await page.getByRole('heading', { name: 'No image for you right now' }).waitFor()
    await expectAccessible(page)
  })

  it('in a second tab', async () => {
    const job = await makeJob(suite.api)
    const person = await suite.person()
    const first = await person.newPage()
    await openJob(first, job)
    const second = await person.newPage()
    await second.goto(job.link)
    await second.getByRole('button', { name: /^Start/ }).click()
    await second.getByRole('button', { name: 'Go on here' }).waitFor()
    await expectAccessible(second)
    await waitForImage(first)
  })
})

const CLASSES = [
  'Person',
  'Car',
  'Tree',
  'Man',
  'Woman',
  'Clothing',
  'Flower',
  'Building',
  'Tire',
  'Wheel',
  'Chair',
  'Table',
]
