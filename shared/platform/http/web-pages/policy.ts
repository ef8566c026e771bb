/**
 * The content security policy of a web page: it may load scripts and styles from its own origin only, and call nothing but
 * the API and the bucket. No inline script or style, no frame, no form.
 * @param bucketOrigin where presigned links of the working bucket lead, such as `https://b.s3.eu-west-1.amazonaws.com`
 * @see https://www.w3.org/TR/CSP3/
 */
export const pagePolicy = (bucketOrigin: string): string =>
  [
    "default-src 'none'",
    "script-src 'self'",
    "style-src 'self'",
    `img-src 'self' ${bucketOrigin}`,
    `connect-src 'self' ${bucketOrigin}`,
    "base-uri 'none'",
    "form-action 'none'",
    "frame-ancestors 'none'",
    // lit-html sets innerHTML of its own templates only, through a policy of this name.
    "require-trusted-types-for 'script'",
    'trusted-types lit-html',
  ].join('; ')

/**
 * The content security policy of the API documentation: it may load from and call its own origin only. Swagger UI knows no
 * trusted types, and has its icons in `data:` addresses.
 */
export const API_DOCS_POLICY = [
  "default-src 'none'",
  "script-src 'self'",
  "style-src 'self'",
  "img-src 'self' data:",
  "connect-src 'self'",
  "base-uri 'none'",
  "form-action 'none'",
  "frame-ancestors 'none'",
].join('; ')
