import { expect } from '@jest/globals'
import type { Page } from 'playwright-core'
import { findAxeViolations } from './chromium.ts'

/** Expects no violation of any rule of axe-core. The color scheme changes colors alone, so in the dark these are looked at. */
export async function expectAccessible(page: Page): Promise<void> {
  await page.emulateMedia({ colorScheme: 'light' })
  expect(['light', await findAxeViolations(page)]).toEqual(['light', []])
  await page.emulateMedia({ colorScheme: 'dark' })
  expect(['dark', await findAxeViolations(page, ['color-contrast'])]).toEqual(['dark', []])
}
