import type { Functions } from '../../local/functions.ts'
import { PERMISSIONS } from '../../shared/platform/aws/permissions.ts'
import { toEndpointFunctions } from './endpoints.ts'
import { listRoutes } from './routes.ts'
import { toWorkerFunctions } from './workers.ts'

/**
 * Returns the files that are generated from the declarations of functions, as JSON values by their paths from the root
 * of the project. Pure.
 */
export const toGeneratedFiles = ({ endpoints, workers, rules }: Functions): Readonly<Record<string, unknown>> => ({
  'shared/contracts/routes.json': listRoutes(endpoints),
  'deploy/generated/endpoints.json': toEndpointFunctions(endpoints),
  'deploy/generated/workers.json': toWorkerFunctions(workers, rules),
  'deploy/generated/permissions.json': PERMISSIONS,
})

/** Serializes the value of a generated file, indented for diffs. Pure. */
export const toFileText = (value: unknown): string => `${JSON.stringify(value, null, 2)}\n`
