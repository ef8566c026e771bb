import { expect, it } from '@jest/globals'
import type { Page } from 'playwright-core'
import { describeInBrowser } from '../support/browser/describe-in-browser.ts'
import { expectAccessible } from '../support/browser/expect-accessible.ts'
import { pageSuite } from '../support/browser/page-suite.ts'

describeInBrowser('the API documentation', () => {
  const suite = pageSuite()
  const open = async (): Promise<Page> => {
    const page = await (await suite.person()).newPage()
    await page.goto(`${suite.api.stack.api}/docs`)
    await page.getByText('batches').first().waitFor()
    return page
  }

  it('opens with nothing spread out', async () => {
    const page = await open()
    expect(await page.locator('.opblock-body').count()).toBe(0)
    await expectAccessible(page)
  })

  it('shows an operation with its errors in one entry', async () => {
    const page = await open()
    await page.locator('#operations-tag-batches').click()
    await page.locator('#operations-batches-createBatch .opblock-summary-control').click()
    const errors = page.locator('#operations-batches-createBatch details.errors')
    await errors.waitFor()
    expect(await errors.count()).toBe(1)
    // Nothing is cut off in a narrow window.
    await page.setViewportSize({ width: 320, height: 800 })
    const overflow = 'document.documentElement.scrollWidth - document.documentElement.clientWidth'
    expect(await page.evaluate(overflow)).toBe(0)
  })

  it('sends an example that changes nothing: a dry run is filled in', async () => {
    const page = await open()
    await page.locator('form.token input').fill(suite.api.stack.token)
    await page.keyboard.press('Enter')
    await page.locator('#operations-tag-batches').click()
    await page.locator('#operations-batches-createBatch .opblock-summary-control').click()
    const [answer] = await Promise.all([
      page.waitForResponse((response) => response.url().includes('/v1/batches/')),
      page.locator('#operations-batches-createBatch').getByRole('button', { name: 'Execute' }).click(),
    ])
    expect(answer.url()).toContain('validateOnly=true')
    expect(answer.status()).toBe(200)
    const { status } = await suite.api.call('GET', new URL(answer.url()).pathname)
    expect(status).toBe(404)
    await expectAccessible(page)
  })

  it('asks before it sends a deletion, and sends nothing if the answer is no', async () => {
    const page = await open()
    await page.locator('form.token input').fill(suite.api.stack.token)
    await page.keyboard.press('Enter')
    await page.locator('#operations-tag-webhooks').click()
    await page.locator('#operations-webhooks-removeWebhook .opblock-summary-control').click()
    const operation = page.locator('#operations-webhooks-removeWebhook')
    await operation.getByPlaceholder('webhook').fill('nothing-of-this-name')
    const sent: string[] = []
    // Parts of the page itself may still be on their way.
    page.on('request', (request) => {
      if (request.url().includes('/v1/')) sent.push(request.method())
    })
    const questions: string[] = []
    page.on('dialog', (dialog) => {
      questions.push(dialog.type())
      void (questions.length === 1 ? dialog.dismiss() : dialog.accept())
    })
    const execute = operation.getByRole('button', { name: 'Execute' })
    await execute.click()
    expect([questions, sent]).toEqual([['confirm'], []])
    await Promise.all([page.waitForResponse((response) => response.request().method() === 'DELETE'), execute.click()])
    expect(questions).toEqual(['confirm', 'confirm'])
  })
})
