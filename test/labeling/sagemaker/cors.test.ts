import { describe, expect, it } from '@jest/globals'
import { allowsLabelingPages } from '../../../shared/labeling/sagemaker/cors.ts'
import type { CorsRule } from '../../../shared/platform/ports.ts'

const RULE: CorsRule = { origins: ['*'], methods: ['GET'], headers: [], exposed: ['Access-Control-Allow-Origin'] }

describe('CORS rules', () => {
  it.each<[string, CorsRule[], boolean]>([
    ['that there are none of do not', [], false],
    ['of the kind do', [RULE], true],
    ['that say it in other letters do', [{ ...RULE, exposed: ['etag', 'access-control-allow-origin'] }], true],
    ['for some origins only do not', [{ ...RULE, origins: ['https://mine.example'] }], false],
    ['for writing do not', [{ ...RULE, methods: ['PUT'] }], false],
    ['that expose nothing do not', [{ ...RULE, exposed: [] }], false],
    ['of which an earlier one fits, and exposes nothing, do not', [{ ...RULE, exposed: [] }, RULE], false],
    [
      'of which an earlier one is for others do',
      [{ ...RULE, origins: ['https://mine.example'], exposed: [] }, RULE],
      true,
    ],
  ])('%s let labeling pages show images', (_, rules, expected) => expect(allowsLabelingPages(rules)).toBe(expected))
})
