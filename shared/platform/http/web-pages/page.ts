import { bucketOrigin } from '../../aws/bucket-origin.ts'
import type { Config } from '../../config.ts'
import { VERSIONED } from '../api-docs/versioned-names.ts'
import type { Reply } from '../reply.ts'
import type { BuiltPages } from './built-pages.ts'
import { API_DOCS_POLICY, pagePolicy } from './policy.ts'

const TITLES = {
  home: 'Groundwork',
  label: 'Label images · Groundwork',
  app: 'Groundwork',
  docs: 'API documentation · Groundwork',
} as const
export type PageName = keyof typeof TITLES

/** Swagger UI, which has to be there before the script of the API documentation. */
const SWAGGER_UI = [
  `<link rel="stylesheet" href="docs/${VERSIONED['swagger-ui.css']}">`,
  `<script defer src="docs/${VERSIONED['swagger-ui-bundle.js']}"></script>`,
]

const API_DOCS = 'Programs use the API: its documentation is at <a href="docs">docs</a>'
const CONTRACT = 'The OpenAPI document is at <a href="openapi.json">openapi.json</a>'

/**
 * Sends a web page. It is revalidated at each visit, and its files, whose names change with their contents, are kept for good.
 * @throws Error when the pages are not built
 */
export async function sendPage(page: PageName, built: BuiltPages, config: Config): Promise<Reply> {
  const { icon, scripts, styles } = await built.files(page)
  const isApiDocs = page === 'docs'
  const tags = [
    ...(isApiDocs ? SWAGGER_UI : []),
    ...styles.map((name) => `<link rel="stylesheet" href="assets/${name}">`),
    ...scripts.map((name) => `<script type="module" src="assets/${name}"></script>`),
  ]
  const body = `<!doctype html>
<html lang="en" data-page="${page}" data-authorization="${config.authorization}">
  <head>
    <meta charset="utf-8">
    <meta name="viewport" content="width=device-width, initial-scale=1">
    <meta name="color-scheme" content="light dark">
    <title>${TITLES[page]}</title>
    <link rel="icon" type="image/svg+xml" href="assets/${icon}">
    ${tags.join('\n    ')}
  </head>
  <body>
    <noscript>This page needs JavaScript. ${isApiDocs ? CONTRACT : API_DOCS}.</noscript>
    <div id="page"></div>
  </body>
</html>
`
  const headers = {
    'content-type': 'text/html; charset=utf-8',
    'content-security-policy': isApiDocs ? API_DOCS_POLICY : pagePolicy(bucketOrigin(config)),
    'cross-origin-opener-policy': 'same-origin',
    'cache-control': 'public, no-cache',
  }
  return { status: 200, headers, body }
}
