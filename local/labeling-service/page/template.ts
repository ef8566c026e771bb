import { Liquid } from 'liquidjs'
import type { Files } from '../files/s3-files.ts'
import type { ManifestLine } from '../objects/manifest-line.ts'
import { PageError } from './page-error.ts'

/** A parsed worker template. */
export interface Template {
  /** Renders the worker page of one object. @throws PageError */
  render(input: { readonly line: ManifestLine; readonly labels: readonly string[] }): string
}

/** Limits for runaway templates. liquidjs defines its own unit of memory. */
const RENDER_MILLISECONDS = 1000
const MEMORY_UNITS = 10_000_000

/** Escapes HTML. All output is escaped automatically, so the `escape` filter is raw and does not escape twice. */
const escapeHtml = (value: unknown) =>
  (Array.isArray(value) ? value.join('') : String(value ?? '')).replaceAll(
    /[&<>"']/g,
    (character) => `&#${character.charCodeAt(0)};`,
  )

/**
 * Parses a Liquid template, with the filters that the service adds.
 * @see https://docs.aws.amazon.com/sagemaker/latest/dg/sms-custom-templates-step2-automate.html
 * @throws PageError for invalid Liquid
 */
export function parseTemplate(text: string, { linkTo }: Pick<Files, 'linkTo'>): Template {
  const engine = new Liquid({
    outputEscape: escapeHtml,
    strictFilters: true,
    templates: {}, // includes must not read local files
    renderLimit: RENDER_MILLISECONDS,
    memoryLimit: MEMORY_UNITS,
  })
  engine.registerFilter('grant_read_access', (uri: unknown) => linkTo(String(uri)))
  engine.registerFilter('to_json', (value: unknown) => JSON.stringify(value) ?? 'null')
  engine.registerFilter('escape', { handler: escapeHtml, raw: true })
  engine.registerFilter('skip_autoescape', { handler: (value: unknown) => value, raw: true })
  const parsed = wrapPageError('the template is not valid Liquid', () => engine.parse(text))
  return {
    render: ({ line, labels }) => {
      const input = { taskObject: line['source-ref'], labels, manifestLine: line }
      return wrapPageError('the template cannot be rendered', () =>
        String(engine.renderSync(parsed, { task: { input } })),
      )
    },
  }
}

function wrapPageError<Result>(what: string, run: () => Result): Result {
  try {
    return run()
  } catch (error) {
    throw new PageError(`${what}: ${error instanceof Error ? error.message : String(error)}`)
  }
}
