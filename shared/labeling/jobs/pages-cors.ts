import type { Ports } from '../../platform/ports.ts'
import type { CorsRule } from '../../platform/storage/ports.ts'

/**
 * The CORS rule that labeling pages need to show images in their stored orientation.
 * @see https://docs.aws.amazon.com/sagemaker/latest/dg/sms-cors-update.html
 */
const LABELING_RULE: CorsRule = {
  origins: ['*'],
  methods: ['GET'],
  headers: [],
  exposed: ['Access-Control-Allow-Origin'],
}

/** Whether these CORS rules let labeling pages show images. S3 applies only the first rule that matches. Pure. */
export function allowsLabelingPages(rules: readonly CorsRule[]): boolean {
  const first = rules.find(({ origins, methods }) => origins.includes('*') && methods.includes('GET'))
  return first?.exposed.some((header) => header.toLowerCase() === 'access-control-allow-origin') ?? false
}

/** Adds the CORS rule of labeling pages to the working bucket if it is missing. Existing rules are kept. */
export async function ensureLabelingCors({ bucket, log }: Pick<Ports, 'bucket' | 'log'>): Promise<void> {
  const rules = await bucket.corsRules()
  if (allowsLabelingPages(rules)) return
  // The rule comes first because S3 applies only the first rule that matches.
  await bucket.setCorsRules([LABELING_RULE, ...rules])
  log.info('cors_rule.added')
}
