import { expect, it } from '@jest/globals'
import type { Page } from 'playwright-core'
import { describeInBrowser } from '../support/browser/describe-in-browser.ts'
import { expectAccessible } from '../support/browser/expect-accessible.ts'
import { makeJob, readImagePlace, waitForImage } from '../support/browser/labeling.ts'
import { pageSuite } from '../support/browser/page-suite.ts'

describeInBrowser('the page for owners', () => {
  const suite = pageSuite()
  const open = async (): Promise<Page> => {
    const page = await (await suite.person()).newPage()
    await page.goto(`${suite.api.stack.api}/app`)
    await page.getByLabel('API token').fill(suite.api.stack.token)
    await page.getByRole('button', { name: 'Sign in' }).click()
    await page.getByRole('heading', { level: 1, name: 'Datasets' }).waitFor()
    return page
  }
  const goTo = async (page: Page, hash: string) => {
    await page.goto(`${suite.api.stack.api}/app#/${hash}`)
    await page.waitForLoadState('networkidle')
  }

  it('does the whole job without a command: choose, copy, label ten images, see the result', async () => {
    const page = await open()
    await page.getByRole('link', { name: 'Batches' }).click()
    await page.getByRole('link', { name: 'New batch …' }).click()
    await page.getByRole('combobox', { name: 'Classes' }).fill('person')
    await page
      .getByRole('option', { name: /^Person/ })
      .first()
      .click()
    await page.getByRole('spinbutton', { name: 'Images per class' }).fill('10')
    await page.getByRole('button', { name: 'Create the batch' }).click()
    await page.getByText('10 of 10 images copied').first().waitFor()
    await page.getByText('10 of 10 images', { exact: true }).waitFor()
    await expectAccessible(page)

    await page.getByRole('link', { name: /^Label these images/ }).click()
    await page.getByText('One answer each').waitFor()
    await page.getByRole('button', { name: 'Start the job' }).click()
    await page.getByRole('link', { name: 'Make a link for this job' }).click()
    await page.getByRole('textbox', { name: 'Name' }).fill('somebody')
    await page.getByRole('button', { name: /^Make the worker/ }).click()
    const shown = page.getByRole('dialog')
    const link = await shown.getByLabel('Link').inputValue()
    await expectAccessible(page)
    await page.keyboard.press('Escape')

    const worker = await (await suite.person()).newPage()
    await worker.goto(link)
    await worker.getByRole('button', { name: /^Start/ }).click()
    for (let image = 1; image <= 10; image++) {
      await waitForImage(worker)
      const { left, top, scale, width, height } = await readImagePlace(worker)
      await worker.mouse.move(left + (scale * width) / 4, top + (scale * height) / 4)
      await worker.mouse.down()
      await worker.mouse.move(left + (scale * width) / 2, top + (scale * height) / 2)
      await worker.mouse.up()
      await worker.keyboard.press('Enter')
      if (image < 10) await worker.locator(`.dot:nth-child(${image + 1})[aria-current]`).waitFor()
    }
    await worker.getByRole('heading', { name: 'Done. Thank you.' }).waitFor()

    await suite.api.until('/v1/labeling-jobs/person-0-labels', ({ json }) => json.status === 'Completed')
    await goTo(page, 'jobs/person-0-labels')
    await page.getByRole('heading', { name: /Completed/ }).waitFor()
    await expectAccessible(page)
    await page.getByRole('link', { name: 'Results', exact: true }).click()
    await page.locator('main img').first().waitFor()
    await expectAccessible(page)
    const { json } = await suite.api.call('GET', '/v1/labeling-jobs/person-0-labels')
    expect(json.counters).toMatchObject({ total: 10, labeled: 10 })
  })

  it('keeps the token in its tab alone, and says where a wrong one is wrong', async () => {
    const person = await suite.person()
    const page = await person.newPage()
    await page.goto(`${suite.api.stack.api}/app#/workers`)
    await page.getByLabel('API token').fill('wrong-token')
    await page.getByRole('button', { name: 'Sign in' }).click()
    await page.getByRole('alert').waitFor()
    await expectAccessible(page)
    await page.getByLabel('API token').fill(suite.api.stack.token)
    await page.getByRole('button', { name: 'Sign in' }).click()
    await page.getByRole('heading', { level: 1, name: 'Workers' }).waitFor()
    const stored = await person.context.storageState()
    expect(JSON.stringify(stored)).not.toContain(suite.api.stack.token)
    const other = await person.newPage()
    await other.goto(`${suite.api.stack.api}/app`)
    await other.getByLabel('API token').waitFor()
  })

  it('can be used by everybody, on every page', async () => {
    const { job } = await makeJob(suite.api, {}, { images: 3 })
    await suite.api.call('PUT', '/v1/webhooks/mine', { url: 'https://example.com/events', events: ['batch.copied'] })
    const page = await open()
    const batch = job.replace('job-', '')
    const pages = [
      'datasets',
      'datasets/sample-train',
      'batches',
      `batches/${batch}`,
      'new-batch',
      'jobs',
      `jobs/${job}`,
      `jobs/${job}/workers`,
      `jobs/${job}/results`,
      `jobs/${job}/disputes`,
      `new-job?batch=${batch}`,
      'workers',
      'new-worker',
      'webhooks',
      'webhooks/mine',
      'new-webhook',
      'label-sets',
      'quality',
      'exports',
      'nowhere',
    ]
    for (const hash of pages) {
      await goTo(page, hash)
      await page.locator('main h1').waitFor()
      await expectAccessible(page)
      for (const width of [320, 1280]) {
        await page.setViewportSize({ width, height: 900 })
        const overflow = await page.evaluate(
          'document.documentElement.scrollWidth - document.documentElement.clientWidth',
        )
        expect([hash, width, overflow]).toEqual([hash, width, 0])
      }
    }
  })

  it('shows a picture of a batch in full size, and goes to the next one by keys', async () => {
    const { job } = await makeJob(suite.api, {}, { images: 3 })
    const page = await open()
    await goTo(page, `batches/${job.replace('job-', '')}`)
    await page
      .getByRole('button', { name: /^Open image/ })
      .first()
      .click()
    const dialog = page.getByRole('dialog')
    await dialog.locator('img').waitFor()
    const first = await dialog.locator('img').getAttribute('src')
    // The boxes of people are those of several classes.
    await dialog
      .getByRole('cell', { name: /^(Man|Woman|Girl|Boy|Person) / })
      .first()
      .waitFor()
    await expectAccessible(page)
    await page.keyboard.press('ArrowRight')
    await page.waitForFunction(
      `document.querySelector('dialog[open] img')?.getAttribute('src') !== ${JSON.stringify(first)}`,
    )
    await page.keyboard.press('Escape')
    await dialog.waitFor({ state: 'hidden' })
  })

  it('is one of those to which the start page leads', async () => {
    const page = await (await suite.person()).newPage()
    await page.goto(`${suite.api.stack.api}/`)
    await expectAccessible(page)
    for (const name of ['Your datasets, batches and labeling jobs', 'Label images', 'API documentation']) {
      await page.getByRole('link', { name }).click()
      await page.waitForURL(/\/(app|label|docs)$/)
      await page.goBack()
    }
  })
})
