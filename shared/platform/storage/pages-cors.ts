import type { Ports } from '../ports.ts'
import type { CorsRule } from './ports.ts'

/**
 * The CORS rule that pages need to show images of the bucket: in their stored orientation on labeling pages, and to read
 * their pixels.
 * @see https://docs.aws.amazon.com/sagemaker/latest/dg/sms-cors-update.html
 */
const PAGES_RULE: CorsRule = {
  origins: ['*'],
  methods: ['GET'],
  headers: [],
  exposed: ['Access-Control-Allow-Origin'],
}

/** Whether these CORS rules let pages show images. S3 applies only the first rule that matches. Pure. */
export function allowsPages(rules: readonly CorsRule[]): boolean {
  const first = rules.find(({ origins, methods }) => origins.includes('*') && methods.includes('GET'))
  return first?.exposed.some((header) => header.toLowerCase() === 'access-control-allow-origin') ?? false
}

/** Adds the CORS rule of pages to the working bucket if it is missing. Existing rules are kept. */
export async function ensurePagesCors({ bucket, log }: Pick<Ports, 'bucket' | 'log'>): Promise<void> {
  const rules = await bucket.corsRules()
  if (allowsPages(rules)) return
  // The rule comes first because S3 applies only the first rule that matches.
  await bucket.setCorsRules([PAGES_RULE, ...rules])
  log.info('cors_rule.added')
}

/** As {@link ensurePagesCors}, for work that does not depend on pages: a failure is logged only. */
export async function tryPagesCors(ports: Pick<Ports, 'bucket' | 'log'>): Promise<void> {
  try {
    await ensurePagesCors(ports)
  } catch (error) {
    ports.log.warn('cors_rule.failed', { error })
  }
}
