import type { DeclaredEndpoint } from '../../local/functions.ts'

/** Lists method and path of every endpoint except `$default`, and whether it is a page, sorted. Pure. */
export const listRoutes = (endpoints: readonly DeclaredEndpoint[]) =>
  endpoints
    .map(({ endpoint: { method, path, isPage } }) => ({ method, path, ...(isPage && { isPage }) }))
    .filter(({ path }) => path !== '$default')
    .toSorted((a, b) => (`${a.path} ${a.method}` < `${b.path} ${b.method}` ? -1 : 1))
