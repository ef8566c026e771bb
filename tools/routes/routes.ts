import type { EndpointFunction } from '../../local/gateway/route-table.ts'

/** Renders `shared/contracts/routes.json`: method and path of every endpoint except `$default`. */
export function renderRoutes(endpoints: readonly EndpointFunction[]): string {
  const routes = endpoints
    .map(({ endpoint: { method, path } }) => ({ method, path }))
    .filter(({ path }) => path !== '$default')
    .toSorted((a, b) => (`${a.path} ${a.method}` < `${b.path} ${b.method}` ? -1 : 1))
  return `[\n${routes.map((route) => `  ${toLine(route)}`).join(',\n')}\n]\n`
}

const toLine = ({ method, path }: { method: string; path: string }): string =>
  `{ "method": ${JSON.stringify(method)}, "path": ${JSON.stringify(path)} }`
