/** Where a page is: the part of the address behind `#`. `{name}` stands for the name of a resource. */
const PATTERNS = {
  datasets: 'datasets',
  dataset: 'datasets/{name}',
  batches: 'batches',
  batch: 'batches/{name}',
  'new-batch': 'new-batch',
  jobs: 'jobs',
  job: 'jobs/{name}',
  'job-workers': 'jobs/{name}/workers',
  'job-results': 'jobs/{name}/results',
  'job-disputes': 'jobs/{name}/disputes',
  'new-job': 'new-job',
  workers: 'workers',
  worker: 'workers/{name}',
  'new-worker': 'new-worker',
  webhooks: 'webhooks',
  webhook: 'webhooks/{name}',
  'new-webhook': 'new-webhook',
  'label-sets': 'label-sets',
  quality: 'quality',
  exports: 'exports',
} as const

export type PageName = keyof typeof PATTERNS

/** A page, and what of it is shown. */
export interface Route {
  readonly page: PageName
  /** Name of the resource; empty for pages without one. */
  readonly name: string
  /** What a page begins with, such as the batch of a new job. */
  readonly query: URLSearchParams
}

const START: PageName = 'datasets'

/**
 * Reads the address of a page. Pure.
 * @param hash with or without `#`; an empty one is the start page
 * @returns undefined for an address that no page has
 */
export function parseRoute(hash: string): Route | undefined {
  const [path = '', search = ''] = hash.replace(/^#?\/?/, '').split('?', 2)
  const query = new URLSearchParams(search)
  const parts = path.split('/').filter((part) => part !== '')
  if (parts.length === 0) return { page: START, name: '', query }
  for (const [page, pattern] of Object.entries(PATTERNS) as [PageName, string][]) {
    const name = matchParts(pattern.split('/'), parts)
    if (name !== undefined) return { page, name, query }
  }
  return undefined
}

/** Returns the name that a pattern finds, empty if it has none; undefined where the parts do not match. Pure. */
function matchParts(pattern: readonly string[], parts: readonly string[]): string | undefined {
  if (pattern.length !== parts.length) return undefined
  let name = ''
  for (const [index, wanted] of pattern.entries()) {
    const part = parts[index] ?? ''
    if (wanted === '{name}') name = decode(part)
    else if (wanted !== part) return undefined
  }
  return name
}

/** Decodes a part of an address; one that is not encoded well stays as it is. Pure. */
function decode(part: string): string {
  try {
    return decodeURIComponent(part)
  } catch {
    return part
  }
}

type Query = Readonly<Record<string, string | readonly string[] | undefined>>

/**
 * Returns the address of a page, for `href`. Pure.
 * @param query several values of one name are repeated; those that are undefined are left out
 * @example
 * linkTo('new-batch', '', { dataset: 'sample-train', class: ['Tire', 'Person'] })
 * // #/new-batch?dataset=sample-train&class=Tire&class=Person
 */
export function linkTo(page: PageName, name = '', query: Query = {}): string {
  const pairs = Object.entries(query).flatMap(([key, values]) =>
    [values ?? []].flat().map((value): [string, string] => [key, value]),
  )
  const search = new URLSearchParams(pairs).toString()
  const path = PATTERNS[page].replace('{name}', encodeURIComponent(name))
  return `#/${path}${search && `?${search}`}`
}
