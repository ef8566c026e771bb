import type { CorsRule, Ports } from '../../platform/ports.ts'

/**
 * What labeling pages need of a bucket to show its images the right way up.
 * @see https://docs.aws.amazon.com/sagemaker/latest/dg/sms-cors-update.html
 */
const LABELING_RULE: CorsRule = {
  origins: ['*'],
  methods: ['GET'],
  headers: [],
  exposed: ['Access-Control-Allow-Origin'],
}

/** Whether labeling pages can show the images of a bucket with these rules: the first that fits a page counts. Pure. */
export function allowsLabelingPages(rules: readonly CorsRule[]): boolean {
  const first = rules.find(({ origins, methods }) => origins.includes('*') && methods.includes('GET'))
  return first?.exposed.some((header) => header.toLowerCase() === 'access-control-allow-origin') ?? false
}

/** The rules with the one that labeling needs; none is taken away. It comes first, as only one rule counts. Pure. */
const withLabelingRule = (rules: readonly CorsRule[]): readonly CorsRule[] => [LABELING_RULE, ...rules]

/** Makes sure that labeling pages can show the images of the working bucket. */
export async function ensureLabelingCors({ bucket, log }: Pick<Ports, 'bucket' | 'log'>): Promise<void> {
  const rules = await bucket.corsRules()
  if (allowsLabelingPages(rules)) return
  await bucket.setCorsRules(withLabelingRule(rules))
  log.info('cors_rule.added')
}
