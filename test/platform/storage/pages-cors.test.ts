import { describe, expect, it } from '@jest/globals'
import { allowsPages } from '../../../shared/platform/storage/pages-cors.ts'
import type { CorsRule } from '../../../shared/platform/storage/ports.ts'
import { PAGES_RULE } from '../../support/fixtures/pages-rule.ts'

describe('allowsPages', () => {
  it.each<[string, CorsRule[], boolean]>([
    ['no rules', [], false],
    ['the required rule', [PAGES_RULE], true],
    ['the header in lower case', [{ ...PAGES_RULE, exposed: ['etag', 'access-control-allow-origin'] }], true],
    ['some origins only', [{ ...PAGES_RULE, origins: ['https://mine.example'] }], false],
    ['another method', [{ ...PAGES_RULE, methods: ['PUT'] }], false],
    ['no exposed header', [{ ...PAGES_RULE, exposed: [] }], false],
    ['an earlier matching rule without the header', [{ ...PAGES_RULE, exposed: [] }, PAGES_RULE], false],
    [
      'an earlier rule for other origins',
      [{ ...PAGES_RULE, origins: ['https://mine.example'], exposed: [] }, PAGES_RULE],
      true,
    ],
  ])('decides for %s', (_, rules, expected) => expect(allowsPages(rules)).toBe(expected))
})
