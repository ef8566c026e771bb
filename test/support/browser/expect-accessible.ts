import { expect } from '@jest/globals'
import type { Page } from 'playwright-core'
import { findAxeViolations } from './chromium.ts'

/** Expects no violation of any rule of axe-core, in either color scheme. */
export async function expectAccessible(page: Page): Promise<void> {
  for (const colorScheme of ['light', 'dark'] as const) {
    await page.emulateMedia({ colorScheme })
    expect([colorScheme, await findAxeViolations(page)]).toEqual([colorScheme, []])
  }
}
