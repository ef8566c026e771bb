/** The description of the API. */
export const DESCRIPTION = `Turns a public image dataset into labeling batches: choose the images of some classes, copy them into your bucket,
write the manifest, and run the labeling job.

**Requests.** All endpoints under \`/v1\` require a token: \`authorization: Bearer …\`. Its scope is \`read\` or \`write\`;
each operation states which one it requires. Those with the scope \`label\` are for workers, who send a session in its place. Resources are created by an idempotent \`PUT\` on a name.
With \`?validateOnly=true\`, an operation that supports it runs all checks and returns a preview; nothing is written.
Unknown fields and query parameters in requests are rejected. Ignore unknown fields in responses, and expect new enum
values.

**Long-running operations** return \`202\`: poll \`location\` after \`retry-after\` seconds. Every GET returns an \`etag\`. Send
it as \`if-none-match\`, and \`304\` means that nothing has changed. HEAD is supported wherever GET is.

**Lists** are \`{ "items": [], "nextCursor": "…" }\`. Request up to \`limit\` items, and send \`nextCursor\` as \`cursor\` for the
next page, until there is none. A page may have fewer items than requested without being the last.

**Errors** are problem documents (RFC 9457) with a machine-readable \`code\` and with all issues in \`errors\`.
\`x-request-id\` is in every response and every log line; a valid one in the request is used. Unknown paths return
\`404 not-found\`; unsupported methods return \`405 method-not-allowed\` with \`allow\`. Errors of the gateway itself (over 6 MB,
malformed percent-encoding, too many requests, no response within 30 seconds) are JSON with a \`message\` and have no code.

**Times** are RFC 3339 in UTC. Box coordinates are fractions of the image, with the origin at the top left.`

/** Descriptions of the operation groups, in workflow order. */
export const TAGS: readonly (readonly [string, string])[] = [
  ['datasets', 'Image datasets: registration, import and classes.'],
  ['batches', 'Images that are chosen and copied together, and their manifest.'],
  ['labeling-jobs', 'Labeling jobs on batches, and their annotations.'],
  ['workteams', 'Work teams that label images.'],
  ['workers', 'The people who label images, and their links.'],
  ['me', 'What a worker calls: endpoints with the scope `label`, and how to get a session for them.'],
  ['test-images', 'Unlabeled images of your own to test a model with.'],
  ['webhooks', 'Events pushed to your URL, as an alternative to polling.'],
  ['events', 'The requests that your URL receives.'],
  ['service', 'Endpoints of the service itself; no token required.'],
]

/** The authentication scheme. */
export const TOKEN = {
  type: 'http',
  scheme: 'bearer',
  description:
    'A token from `npm run token -- create`, with scope `read` or `write`; `write` includes `read`. For the scope `label`: a session from `POST /v1/me/sessions`.',
} as const

/** Shared response headers. */
export const HEADERS = {
  'x-request-id': {
    description: 'The request id in all log lines. Taken from the request if valid.',
    schema: { type: 'string', pattern: '^[\\w.=-]{1,128}$' },
    required: true,
  },
  etag: {
    description: 'Version of this response; send it as `if-none-match`.',
    schema: { type: 'string' },
    required: true,
  },
  location: {
    description: 'URL of the resource.',
    schema: { type: 'string' },
    required: true,
  },
  'retry-after': {
    description: 'Seconds to wait before polling again.',
    schema: { type: 'string', pattern: '^\\d+$' },
    required: true,
  },
  'retry-after-if-under-way': {
    description: 'Seconds to wait before polling again; present only while work is in progress.',
    schema: { type: 'string', pattern: '^\\d+$' },
  },
  'retry-after-if-known': {
    description: 'Seconds to wait before retrying; present only if known.',
    schema: { type: 'string', pattern: '^\\d+$' },
  },
  'www-authenticate': {
    description: 'The authentication challenge according to RFC 6750; absent if the token is not the cause.',
    schema: { type: 'string' },
  },
} as const
