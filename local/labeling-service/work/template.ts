import { Liquid } from 'liquidjs'
import type { Files } from '../files/s3-files.ts'
import type { ManifestLine } from './manifest-line.ts'
import { PageFault } from './page-error.ts'

/** A worker template, ready to make pages. */
export interface Template {
  /** The page of one object. @throws PageFault when it cannot be made */
  render(input: { readonly line: ManifestLine; readonly labels: readonly string[] }): string
}

/** Bounds for templates without end: milliseconds, and what liquidjs counts as memory. */
const RENDER_MILLISECONDS = 1000
const MEMORY_UNITS = 10_000_000

/** Output is escaped by itself; `escape` only says so, and does not escape twice. */
const escapeHtml = (value: unknown) =>
  (Array.isArray(value) ? value.join('') : String(value ?? '')).replaceAll(
    /[&<>"']/g,
    (character) => `&#${character.charCodeAt(0)};`,
  )

/**
 * A template in Liquid, with the filters that the service adds.
 * @see https://docs.aws.amazon.com/sagemaker/latest/dg/sms-custom-templates-step2-automate.html
 * @throws PageFault for what is no Liquid
 */
export function parseTemplate(text: string, { linkTo }: Pick<Files, 'linkTo'>): Template {
  const engine = new Liquid({
    outputEscape: escapeHtml,
    strictFilters: true,
    templates: {}, // an include must not read this machine's files
    renderLimit: RENDER_MILLISECONDS,
    memoryLimit: MEMORY_UNITS,
  })
  engine.registerFilter('grant_read_access', (uri: unknown) => linkTo(String(uri)))
  engine.registerFilter('to_json', (value: unknown) => JSON.stringify(value) ?? 'null')
  engine.registerFilter('escape', { handler: escapeHtml, raw: true })
  engine.registerFilter('skip_autoescape', { handler: (value: unknown) => value, raw: true })
  const parsed = orFault('the template is no Liquid', () => engine.parse(text))
  return {
    render: ({ line, labels }) => {
      const input = { taskObject: line['source-ref'], labels, manifestLine: line }
      return orFault('the template does not render', () => String(engine.renderSync(parsed, { task: { input } })))
    },
  }
}

function orFault<Result>(what: string, run: () => Result): Result {
  try {
    return run()
  } catch (error) {
    throw new PageFault(`${what}: ${error instanceof Error ? error.message : String(error)}`)
  }
}
