import type { DeclaredEndpoint } from '../../local/functions.ts'
import { ENDPOINT_MEGABYTES, ENDPOINT_SECONDS } from '../../shared/platform/function-size.ts'
import { toRoutedMethod } from '../../shared/platform/http/answered-methods.ts'
import { toFunctionName, toRoleStatements } from './function.ts'

/**
 * Converts the declarations of endpoints to the functions of serverless.yml. What depends on a parameter of the
 * deployment is left to deploy/choices.cjs: the authorizer, and with bearer tokens the permission to read them. Pure.
 */
export const toEndpointFunctions = (endpoints: readonly DeclaredEndpoint[]) =>
  Object.fromEntries(endpoints.map((declared) => [toFunctionName(declared), toEndpointFunction(declared)]))

function toEndpointFunction({ file, endpoint }: DeclaredEndpoint) {
  const { memoryMegabytes = ENDPOINT_MEGABYTES, packagedFiles, paged, permissions } = endpoint
  return {
    handler: `functions/${file}.handler`,
    memorySize: memoryMegabytes,
    timeout: ENDPOINT_SECONDS,
    events: [{ httpApi: toHttpEvent(endpoint) }],
    ...(packagedFiles && { package: { patterns: packagedFiles } }),
    iamRoleStatements: toRoleStatements([...permissions, ...(paged ? (['sealCursors'] as const) : [])]),
  }
}

function toHttpEvent({ method, path, scope }: DeclaredEndpoint['endpoint']) {
  if (path === '$default') return '*'
  // An endpoint with a scope has the authorizer of the deployment.
  return { method: toRoutedMethod(method), path, ...(scope && { authorizer: `$\{self:custom.authorizer}` }) }
}
