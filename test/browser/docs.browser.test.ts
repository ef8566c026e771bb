import { expect, it } from '@jest/globals'
import type { Page } from 'playwright-core'
import { describeInBrowser } from '../support/browser/describe-in-browser.ts'
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
  })

  it('shows an operation with its errors in one entry', async () => {
    const page = await open()
    await page.locator('#operations-tag-batches').click()
    await page.locator('#operations-batches-createBatch .opblock-summary-control').click()
    const errors = page.locator('#operations-batches-createBatch details.errors')
    await errors.waitFor()
    expect(await errors.count()).toBe(1)
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
  })
})
