import { bucketOrigin } from '../../aws/bucket-origin.ts'
import type { Config } from '../../config.ts'
import type { Reply } from '../reply.ts'
import type { BuiltPages } from './built-pages.ts'
import { pagePolicy } from './policy.ts'

const TITLES = { home: 'Groundwork', label: 'Label images · Groundwork', app: 'Groundwork' } as const
export type PageName = keyof typeof TITLES

/**
 * Sends a web page. It is revalidated at each visit, and its files, whose names change with their contents, are kept for good.
 * @throws Error when the pages are not built
 */
export async function sendPage(page: PageName, built: BuiltPages, config: Config): Promise<Reply> {
  const { icon, scripts, styles } = await built.files(page)
  const tags = [
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
    <noscript>This page needs JavaScript. Programs use the API: its documentation is at <a href="docs">docs</a>.</noscript>
    <div id="page"></div>
  </body>
</html>
`
  const headers = {
    'content-type': 'text/html; charset=utf-8',
    'content-security-policy': pagePolicy(bucketOrigin(config)),
    'cross-origin-opener-policy': 'same-origin',
    'cache-control': 'public, no-cache',
  }
  return { status: 200, headers, body }
}
