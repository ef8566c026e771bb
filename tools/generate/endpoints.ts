import type { DeclaredEndpoint } from '../../local/functions.ts'
import type { Permission } from '../../shared/platform/aws/permissions.ts'
import { ENDPOINT_MEGABYTES, ENDPOINT_SECONDS } from '../../shared/platform/function-size.ts'
import { toRoutedMethod } from '../../shared/platform/http/answered-methods.ts'
import { toFunctionName, toRoleStatements } from './function.ts'

/**
 * Converts the declarations of endpoints to the functions of serverless.yml. What depends on a parameter of the
 * deployment is left to deploy/choices.cjs: the authorizer, and with bearer tokens the permission to read them. Pure.
 */
export const toEndpointFunctions = (endpoints: readonly DeclaredEndpoint[]) =>
  Object.fromEntries(
    [...Map.groupBy(endpoints, toFunctionName)].map(([name, declared]) => [name, toEndpointFunction(declared)]),
  )

/** @param declared the endpoints of one function */
function toEndpointFunction(declared: readonly DeclaredEndpoint[]) {
  const endpoints = declared.map(({ endpoint }) => endpoint)
  const packagedFiles = [...new Set(endpoints.flatMap((endpoint) => endpoint.packagedFiles ?? []))]
  return {
    handler: `functions/${declared[0]?.file}.handler`,
    memorySize: Math.max(...endpoints.map(({ memoryMegabytes = ENDPOINT_MEGABYTES }) => memoryMegabytes)),
    timeout: ENDPOINT_SECONDS,
    events: endpoints.map((endpoint) => ({ httpApi: toHttpEvent(endpoint) })),
    ...(packagedFiles.length > 0 && { package: { patterns: packagedFiles } }),
    iamRoleStatements: toRoleStatements([...new Set(endpoints.flatMap(listPermissions))]),
  }
}

/** Returns the permissions of an endpoint, with those that follow from its declaration. */
function listPermissions({ permissions, paged, scope }: DeclaredEndpoint['endpoint']): Permission[] {
  const all = new Set<Permission>(permissions)
  if (paged) all.add('sealCursors')
  if (scope !== 'label') return [...all]
  all.add('readWorkers')
  all.add('listWorkers')
  // Signing includes reading the key.
  if (!all.has('signForWorkers')) all.add('readLabelingKey')
  return [...all]
}

function toHttpEvent({ method, path, scope }: DeclaredEndpoint['endpoint']) {
  if (path === '$default') return '*'
  const route = { method: toRoutedMethod(method), path }
  if (scope === undefined) return route
  // An endpoint with a scope has the authorizer of the deployment; one of workers checks their sessions itself.
  return { ...route, authorizer: scope === 'label' ? '' : `$\{self:custom.authorizer}` }
}
