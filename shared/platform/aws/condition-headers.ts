import type { Condition } from '../storage/ports.ts'

/** Converts a condition to the conditional headers of an S3 write. Pure. */
export function conditionHeaders(condition: Condition | undefined): { IfNoneMatch?: string; IfMatch?: string } {
  if (!condition) return {}
  return 'absent' in condition ? { IfNoneMatch: '*' } : { IfMatch: condition.etag }
}
