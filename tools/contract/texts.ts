/** What the contract says about all calls together. */
export const DESCRIPTION = `Turns a public image dataset into labeling batches: choose the images of some classes, copy them into your bucket,
write the manifest, run the labeling job.

**Calls.** Everything under \`/v1\` asks for a token: \`authorization: Bearer …\`. Its scope is \`read\` or \`write\`;
each call says which it needs. Whatever is made is made by a \`PUT\` on a name, which can be repeated.
Where a call takes \`?validateOnly=true\`, it does all checks and answers with the plan, and changes nothing. A field or a query parameter that a
call does not know is refused; a field that you do not know in an answer is none of your concern, and lists of values may
grow.

**Waiting.** What takes long is answered with \`202\`: look at \`location\`, after \`retry-after\` seconds. Every GET has an
\`etag\`; send it back as \`if-none-match\`, and \`304\` says that nothing has changed. HEAD is answered wherever GET is.

**Lists** are \`{ "items": [], "nextCursor": "…" }\`. Ask for up to \`limit\` items, send \`nextCursor\` back as \`cursor\` as
it is, and go on until there is none: a page may hold fewer items than asked for, and still not be the last.

**Errors** are problem documents (RFC 9457) with a \`code\` of a closed list, and with everything that is wrong in
\`errors\`. \`x-request-id\` is on every answer and in every log line; yours is taken over where it is a plain one. A
request that no call takes is answered with \`404 not-found\`, or with \`405 method-not-allowed\` and \`allow\`. What the
gateway before all calls refuses by itself (over 6 MB, malformed escapes, too many requests, no answer within 30
seconds) is JSON with a \`message\`, without a code.

**Times** are RFC 3339 in UTC. Coordinates of boxes are fractions of the image, from its top left corner.`

/** What each group of calls is about, in the order of the work. */
export const TAGS: readonly (readonly [string, string])[] = [
  ['datasets', 'Public image datasets: what is known, imported, and which classes they have.'],
  ['batches', 'The images chosen and copied together, and their manifest.'],
  ['labeling-jobs', 'Labeling jobs on batches, and what came of them.'],
  ['workteams', 'Who labels.'],
  ['test-images', 'Unlabeled images of your own to try a model on.'],
  ['webhooks', 'Being told instead of asking.'],
  ['service', 'The service itself, without a token.'],
]

/** How a caller says who they are. */
export const TOKEN = {
  type: 'http',
  scheme: 'bearer',
  description: 'A token that `npm run token -- create` made, with the scope `read` or `write`, which includes `read`.',
} as const

/** Headers of answers, each told once. */
export const HEADERS = {
  'x-request-id': {
    description: 'Names the request in every log line; the one that you sent, where it is a plain one.',
    schema: { type: 'string', pattern: '^[\\w.=-]{1,128}$' },
    required: true,
  },
  etag: {
    description: 'Stands for this very answer: send it as `if-none-match`.',
    schema: { type: 'string' },
    required: true,
  },
  location: {
    description: 'Where it is, or will be.',
    schema: { type: 'string' },
    required: true,
  },
  'retry-after': {
    description: 'Whole seconds to wait before looking again.',
    schema: { type: 'string', pattern: '^\\d+$' },
    required: true,
  },
  'retry-after-if-under-way': {
    description: 'Whole seconds to wait before looking again; there only while it still goes on.',
    schema: { type: 'string', pattern: '^\\d+$' },
  },
  'retry-after-if-known': {
    description: 'Whole seconds to wait before asking again; there only where that is known.',
    schema: { type: 'string', pattern: '^\\d+$' },
  },
  'www-authenticate': {
    description: 'What a request must bring, after RFC 6750; absent where it is not the token that was wrong.',
    schema: { type: 'string' },
  },
} as const
