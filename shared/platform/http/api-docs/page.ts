import { VERSIONED } from './versioned-names.ts'

/** The page may only load from and connect to its own origin: no other host, no inline script, no form. */
export const PAGE_POLICY = [
  "default-src 'none'",
  "script-src 'self'",
  "style-src 'self'",
  "img-src 'self' data:",
  "connect-src 'self'",
  "base-uri 'none'",
  "form-action 'none'",
  "frame-ancestors 'none'",
].join('; ')

/** The HTML of the API documentation page. */
export const PAGE = `<!doctype html>
<html lang="en">
  <head>
    <meta charset="utf-8">
    <meta name="viewport" content="width=device-width, initial-scale=1">
    <title>Groundwork API</title>
    <link rel="icon" href="data:,">
    <link rel="stylesheet" href="docs/${VERSIONED['swagger-ui.css']}">
  </head>
  <body>
    <noscript>This page needs JavaScript. The OpenAPI document is at <a href="openapi.json">openapi.json</a>.</noscript>
    <main id="reference"></main>
    <script src="docs/${VERSIONED['swagger-ui-bundle.js']}"></script>
    <script src="docs/${VERSIONED['start.js']}"></script>
  </body>
</html>
`
