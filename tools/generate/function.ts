import type { Permission } from '../../shared/platform/aws/permissions.ts'

/** Returns the name of a function in serverless.yml, such as `batches-create`. Pure. */
export const toFunctionName = ({ file }: { readonly file: string }): string => file.replaceAll('/', '-')

/** Returns references to IAM statements, which deploy/generated/permissions.json defines. Pure. */
export const toRoleStatements = (permissions: readonly Permission[]): string[] =>
  permissions.map((name) => `$\{self:custom.may.${name}}`)
