import { describe, expect, it } from '@jest/globals'
import { allowsLabelingPages } from '../../../shared/labeling/jobs/pages-cors.ts'
import type { CorsRule } from '../../../shared/platform/storage/ports.ts'

const RULE: CorsRule = { origins: ['*'], methods: ['GET'], headers: [], exposed: ['Access-Control-Allow-Origin'] }

describe('allowsLabelingPages', () => {
  it.each<[string, CorsRule[], boolean]>([
    ['no rules', [], false],
    ['the required rule', [RULE], true],
    ['the header in lower case', [{ ...RULE, exposed: ['etag', 'access-control-allow-origin'] }], true],
    ['some origins only', [{ ...RULE, origins: ['https://mine.example'] }], false],
    ['another method', [{ ...RULE, methods: ['PUT'] }], false],
    ['no exposed header', [{ ...RULE, exposed: [] }], false],
    ['an earlier matching rule without the header', [{ ...RULE, exposed: [] }, RULE], false],
    ['an earlier rule for other origins', [{ ...RULE, origins: ['https://mine.example'], exposed: [] }, RULE], true],
  ])('decides for %s', (_, rules, expected) => expect(allowsLabelingPages(rules)).toBe(expected))
})
